//! Without rights: what is missing is said, the rest goes on. The extractor
//! runs in this test's program, started again as somebody else or somewhere else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use peer_observer_component::State;
use peer_observer_event::Payload;
use peer_observer_node::{Chain, NodeSettings};
use testkit::Node;

use crate::observed::{FAST, Observed};

const DATADIR: &str = "PROCESS_TEST_DATADIR";
const NOBODY: [&str; 4] = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
];

/// A node whose directories everybody may enter.
async fn open_node() -> Result<Node> {
    let node = Node::start().await?;
    for directory in [node.datadir().to_owned(), node.chain_dir()] {
        fs::set_permissions(directory, fs::Permissions::from_mode(0o755))?;
    }
    Ok(node)
}

/// Runs a test of this file, one of those that are ignored, with `prefix`
/// before its command line.
fn run(prefix: &[&str], test: &str, node: &Node) -> Result<()> {
    let directory = tempfile::tempdir()?;
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755))?;
    let program = directory.path().join("process");
    fs::copy(std::env::current_exe()?, &program)?;
    let output = Command::new(prefix[0])
        .args(&prefix[1..])
        .arg(&program)
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            &format!("rights::{test}"),
        ])
        .env(DATADIR, node.datadir())
        .output()
        .context("this test needs util-linux")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
    Ok(())
}

fn settings() -> Result<NodeSettings> {
    let datadir = std::env::var_os(DATADIR).context("started by another test")?;
    Ok(NodeSettings {
        chain: Some(Chain::Regtest),
        ..NodeSettings::new("alice", datadir)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn as_another_user() -> Result<()> {
    let node = open_node().await?;
    run(&NOBODY, "threads_and_memory_alone", &node)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by as_another_user"]
async fn threads_and_memory_alone() -> Result<()> {
    let mut observed = Observed::start(settings()?, FAST);
    let sample = observed.sample().await?;
    assert_eq!((sample.io, sample.files), (None, None));
    assert!(
        sample
            .memory
            .is_some_and(|memory| memory.anonymous_bytes > 0)
    );
    assert!(sample.threads.iter().any(|usage| usage.name == "b-msghand"));
    assert!(sample.user_seconds > 0.0);

    observed
        .count("sample", |count| {
            count.reduced == count.attempted && count.reduced > 5
        })
        .await?;
    let memory = observed
        .count("memory", |count| count.attempted > 1)
        .await?;
    assert_eq!(memory.dropped[0].reason, "permission");
    assert_eq!(memory.dropped[0].count, memory.attempted);
    let missing = "this user may not read I/O, open files, proportional memory";
    let detail = observed.until_health(State::Working, missing).await?;
    assert!(detail.contains("cap_sys_ptrace"), "{detail}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_proc_hides_others() -> Result<()> {
    let node = open_node().await?;
    let mount = "mount -t proc -o hidepid=invisible proc /proc && exec \"$@\"";
    let mut prefix = vec!["unshare", "--mount", "sh", "-c", mount, "sh"];
    prefix.extend(NOBODY);
    run(&prefix, "says_what_hides_it", &node)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by where_proc_hides_others"]
async fn says_what_hides_it() -> Result<()> {
    let observed = Observed::start(settings()?, FAST);
    let hidden = "cannot be seen: /proc is mounted with hidepid=";
    observed.until_health(State::Waiting, hidden).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn in_another_container() -> Result<()> {
    let node = open_node().await?;
    let prefix = ["unshare", "--pid", "--fork", "--mount-proc"];
    run(&prefix, "says_that_it_is_elsewhere", &node)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by in_another_container"]
async fn says_that_it_is_elsewhere() -> Result<()> {
    let mut observed = Observed::start(settings()?, FAST);
    observed
        .until_health(State::Waiting, "runs in a PID namespace")
        .await?;
    let beat = |payload: &Payload| matches!(payload, Payload::Heartbeat(_)).then_some(());
    observed.until("heartbeat", beat).await
}
