//! Is the node found, and does it run?

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use peer_observer_node::{Chain, Node, NodeError, NodeSettings, Process};

use super::access;
use super::report::{Area, Findings, Fix};
use super::shell;

/// A node that was found, and its process if it runs.
pub(crate) struct Found {
    pub(crate) node: Node,
    pub(crate) process: Option<Process>,
}

/// Finds the node as `run` would. `None` when nothing more can be said.
pub(crate) fn find(settings: &NodeSettings, findings: &mut Findings) -> Option<Found> {
    let looked = Node::locate(settings).and_then(|node| {
        let process = node.process()?;
        Ok(Found { node, process })
    });
    let found = match looked {
        Ok(found) => found,
        Err(error) => {
            not_found(settings, &error, findings);
            return None;
        }
    };
    match &found.process {
        Some(process) => findings.ok(Area::Node, describe(&found.node, process)),
        None => findings.problem(
            Area::Node,
            "node_not_running",
            format!(
                "chain {}, but no node runs in {}",
                found.node.chain(),
                found.node.datadir().display()
            ),
            [Fix::command(format!(
                "bitcoind -daemon {}",
                arguments(&found.node)
            ))],
        ),
    }
    if let Some(process) = &found.process
        && is_stopped(process)
    {
        findings.problem(
            Area::Node,
            "node_stopped",
            format!("process {} is stopped: it answers nothing", process.pid),
            [Fix::command(format!("sudo kill -CONT {}", process.pid))],
        );
    }
    Some(found)
}

fn not_found(settings: &NodeSettings, error: &NodeError, findings: &mut Findings) {
    match error {
        NodeError::Unreadable { path, source }
            if source.kind() == std::io::ErrorKind::PermissionDenied =>
        {
            let shown = path.display();
            let mut fixes = access::reach(path);
            if path.is_file() && !access::may(path, rustix::fs::Access::READ_OK) {
                let quoted = shell::quote(path);
                fixes.push(Fix::command(format!("sudo chmod g+r {quoted}")));
            }
            findings.problem(
                Area::Node,
                "datadir_unreadable",
                format!("this user may not read {shown}"),
                fixes,
            );
        }
        NodeError::UnknownChain(_) => findings.problem(
            Area::Node,
            "chain_unknown",
            error.to_string(),
            [Fix::bitcoin_conf("chain=main").replacing("chain")],
        ),
        _ => findings.problem(
            Area::Node,
            "node_not_found",
            error.to_string(),
            [Fix::advice(format!(
                "correct that, or name another datadir than {} in the configuration",
                settings.datadir.display()
            ))],
        ),
    }
}

/// The options with which Core's programs mean this node.
pub(crate) fn arguments(node: &Node) -> String {
    let datadir = shell::quote(node.datadir());
    match node.chain() {
        Chain::Main => format!("-datadir={datadir}"),
        chain => format!("-chain={chain} -datadir={datadir}"),
    }
}

fn describe(node: &Node, process: &Process) -> String {
    let started = i64::try_from(process.start_unix_seconds()).unwrap_or_default();
    let started = jiff::Timestamp::from_second(started)
        .map_or_else(|_| "?".to_owned(), |time| time.to_string());
    let program = program(process).map_or_else(String::new, |path| format!(", {}", path.display()));
    format!(
        "chain {}, process {} since {started}{program}",
        node.chain(),
        process.pid
    )
}

/// The binary's path, where we may see it.
pub(crate) fn program(process: &Process) -> Option<PathBuf> {
    std::fs::read_link(process.executable()).ok()
}

/// The user of the process, by number.
pub(crate) fn user(process: &Process) -> Option<u32> {
    let about = std::fs::metadata(Path::new("/proc").join(process.pid.to_string())).ok()?;
    Some(about.uid())
}

/// SIGSTOP, a debugger or `docker pause`.
fn is_stopped(process: &Process) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.pid)).unwrap_or_default();
    // The name before it, in parentheses, may contain anything.
    let state = stat.rsplit_once(") ").map(|(_, rest)| rest);
    state.is_some_and(|state| state.starts_with(['T', 't']))
}
