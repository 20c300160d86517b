//! The node's debug.log: where it is, whether it can be read, whether the node
//! still writes to it, and what it writes.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

use peer_observer_node::{DebugLog, Node, OptionSource, Process, RpcClient};
use rustix::fs::Access;
use serde::Deserialize;
use serde_json::Value;

use super::access;
use super::report::{Area, Findings, Fix};
use super::shell;

/// The categories (Core's `-debug=`) in which attacks leave traces.
const CATEGORIES: [&str; 5] = ["addrman", "cmpctblock", "mempoolrej", "net", "validation"];

/// Options that say more in each line, and whether Core has them on by default.
const FORMATS: [(&str, bool); 5] = [
    ("logtimestamps", true),
    ("logtimemicros", false),
    ("logthreadnames", false),
    ("logsourcelocations", false),
    ("logips", false),
];

/// Without these a line cannot be put into its place among other events.
const WANTED_FORMATS: [&str; 2] = ["logtimemicros", "logthreadnames"];

/// A log whose last line is so much older than the tip is not written any more.
const LONGEST_SILENCE: Duration = Duration::from_secs(2 * 3600);

/// Looks at the file, and with `client` at what the node writes into it.
pub(crate) async fn check(
    node: &Node,
    process: &Process,
    client: Option<&RpcClient>,
    findings: &mut Findings,
) {
    let Some(path) = path(node, findings) else {
        return;
    };
    let shown = path.display();
    let about = match fs::metadata(&path) {
        Ok(about) => about,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            findings.warning(
                Area::DebugLog,
                "log_missing",
                format!("there is no {shown}, although the node should write it"),
                [reopen(process)],
            );
            return;
        }
        Err(_) => {
            let text = format!("this user may not reach {shown}");
            findings.warning(Area::DebugLog, "log_unreadable", text, access::reach(&path));
            return;
        }
    };
    if !access::may(&path, Access::READ_OK) {
        let mut fixes = vec![Fix::command(format!(
            "sudo chmod g+r {}",
            shell::quote(&path)
        ))];
        fixes.extend(access::join_group(&path));
        let text = format!("this user may not read {shown}");
        findings.warning(Area::DebugLog, "log_unreadable", text, fixes);
        return;
    }
    if !is_written(&about, process, client).await {
        findings.warning(
            Area::DebugLog,
            "log_not_growing",
            format!("the node does not write to {shown} any more: was it moved or rotated?"),
            [reopen(process)],
        );
        return;
    }
    findings.ok(
        Area::DebugLog,
        format!("{shown}, {} bytes, written by the node", about.len()),
    );
    check_contents(node, client, findings).await;
}

/// Where the log is; `None` when the node writes none.
fn path(node: &Node, findings: &mut Findings) -> Option<PathBuf> {
    let source = match node.debug_log() {
        DebugLog::File(path) => return Some(path),
        DebugLog::Off(source) => source,
    };
    let fix = match source {
        OptionSource::CommandLine => Fix::node_command_line("-debuglogfile=debug.log"),
        OptionSource::ConfigFile => Fix::bitcoin_conf("debuglogfile=debug.log"),
    };
    findings.warning(
        Area::DebugLog,
        "log_off",
        "the node writes no debug.log (-nodebuglogfile)",
        [fix.replacing("nodebuglogfile")],
    );
    None
}

/// Core opens its log anew at SIGHUP, with the next line that it writes.
fn reopen(process: &Process) -> Fix {
    Fix::command(format!("sudo kill -HUP {}", process.pid))
}

/// Has the process this very file open? Where its files are hidden: is the last
/// line about as new as the tip, which is logged?
async fn is_written(about: &Metadata, process: &Process, client: Option<&RpcClient>) -> bool {
    if let Ok(files) = fs::read_dir(format!("/proc/{}/fd", process.pid)) {
        let is_it = |open: Metadata| open.dev() == about.dev() && open.ino() == about.ino();
        return files
            .flatten()
            .any(|file| fs::metadata(file.path()).is_ok_and(is_it));
    }
    let Some(client) = client else {
        return true;
    };
    #[derive(Deserialize)]
    struct Tip {
        time: i64,
    }
    let tip: Result<Tip, _> = client.call_as("getblockchaininfo", Value::Null).await;
    let silence = i64::try_from(LONGEST_SILENCE.as_secs()).unwrap_or(i64::MAX);
    tip.is_ok_and(|tip| tip.time - about.mtime() < silence)
}

async fn check_contents(node: &Node, client: Option<&RpcClient>, findings: &mut Findings) {
    let is_on = |name: &str, default: bool| match node.option(name) {
        Some((value, _)) => value != "0",
        None => default,
    };
    let on: Vec<&str> = FORMATS
        .into_iter()
        .filter(|(name, default)| is_on(name, *default))
        .map(|(name, _)| name)
        .collect();
    let mut fixes: Vec<Fix> = WANTED_FORMATS
        .into_iter()
        .filter(|name| !on.contains(name))
        .map(|name| match node.option(name) {
            Some((_, OptionSource::CommandLine)) => {
                Fix::node_command_line(format!("-{name}=1")).replacing(name)
            }
            Some(_) => Fix::bitcoin_conf(format!("{name}=1")).replacing(name),
            None => Fix::bitcoin_conf(format!("{name}=1")),
        })
        .collect();
    let categories: Option<BTreeMap<String, bool>> = match client {
        Some(client) => client.call_as("logging", Value::Null).await.ok(),
        None => None,
    };
    let categories_text = match &categories {
        Some(all) => {
            let on = |category: &&str| all.get(*category).is_some_and(|on| *on);
            let off = CATEGORIES.into_iter().filter(|category| !on(category));
            fixes.extend(off.map(|category| Fix::bitcoin_conf(format!("debug={category}"))));
            let all_on: Vec<&str> = all
                .iter()
                .filter(|(_, on)| **on)
                .map(|(name, _)| name.as_str())
                .collect();
            match all_on.is_empty() {
                true => "no categories".to_owned(),
                false => format!("categories {}", all_on.join(", ")),
            }
        }
        None => "categories unknown, as the RPC method logging gave no answer".to_owned(),
    };
    let text = format!("written with {}; {categories_text}", on.join(", "));
    match fixes.is_empty() {
        true => findings.ok(Area::DebugLog, text),
        false => findings.warning(Area::DebugLog, "log_lacks_details", text, fixes),
    }
}
