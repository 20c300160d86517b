//! Every byte of the log is in exactly one event.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod support;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use lab::traffic::{self, TrafficConfig, TrafficNode};
use peer_observer_event::{Event, GapReason, LogLevel, Payload};
use peer_observer_log::{LogExtractorSettings, LogInput};
use peer_observer_node::NodeSettings;
use rustix::process::{Pid, Signal, kill_process};
use support::{Extractor, file, file_bytes, from_beginning};
use testkit::Node;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Where the test of standard input is told to write what it has seen.
const RESULT_VARIABLE: &str = "LOG_TEST_RESULT";

async fn talkative_node() -> Node {
    let arguments = ["-debug=1", "-logthreadnames=1", "-logsourcelocations=1"];
    Node::builder().arguments(arguments).start().await.unwrap()
}

fn signal(node: &Node, signal: Signal) {
    let pid = Pid::from_raw(node.pid().unwrap().cast_signed()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Stops all of the node's threads until it is told to go on.
async fn stop_for_now(node: &Node) {
    signal(node, Signal::STOP);
    let threads = format!("/proc/{}/task", node.pid().unwrap());
    let is_stopped = |thread: fs::DirEntry| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        stat.contains(") T ")
    };
    testkit::wait_for("all threads have stopped", async || {
        fs::read_dir(&threads).unwrap().flatten().all(is_stopped)
    })
    .await
    .unwrap();
}

/// Peers of all kinds, blocks, transactions, gossip.
fn traffic(node: &Node) -> DropGuard {
    let node = TrafficNode {
        p2p_address: node.p2p_address(),
        rpc: node.client().clone(),
    };
    let mut config = TrafficConfig::new(vec![node]).faster(10.0).unwrap();
    config.stay = Duration::from_secs(2);
    let shutdown = CancellationToken::new();
    tokio::spawn(traffic::run(config, shutdown.clone()));
    shutdown.drop_guard()
}

#[tokio::test(flavor = "multi_thread")]
async fn through_two_rotations_and_a_restart() {
    let mut node = talkative_node().await;
    let mut extractor = Extractor::start(node.settings(), from_beginning());
    let log = node.debug_log();
    let [renamed, copied] = ["debug.log.1", "debug.log.2"].map(|name| log.with_file_name(name));
    let files = [log.clone(), renamed.clone(), copied.clone()];

    let shutdown = traffic(&node);
    let lines = async |extractor: &mut Extractor, more: usize| {
        let wanted = extractor.lines().count() + more;
        let enough = |events: &[_]| support::lines(events).count() >= wanted;
        extractor.until("lines of traffic", enough).await.unwrap();
    };
    lines(&mut extractor, 3000).await;

    // The first rotation, amid the traffic: as logrotate does by default.
    fs::rename(&log, &renamed).unwrap();
    lines(&mut extractor, 100).await;
    signal(&node, Signal::HUP);
    testkit::wait_for("the node opens its log anew", async || log.exists())
        .await
        .unwrap();
    lines(&mut extractor, 2000).await;

    // A restart.
    drop(shutdown);
    node.restart().await.unwrap();
    let shutdown = traffic(&node);
    lines(&mut extractor, 1000).await;
    drop(shutdown);

    // The second rotation, while the node writes nothing: with copytruncate.
    stop_for_now(&node).await;
    extractor.until_bytes(file_bytes(&files)).await.unwrap();
    fs::copy(&log, &copied).unwrap();
    OpenOptions::new()
        .write(true)
        .open(&log)
        .unwrap()
        .set_len(0)
        .unwrap();
    signal(&node, Signal::CONT);
    node.mine(1).await.unwrap();
    node.stop().await.unwrap();
    extractor.until_bytes(file_bytes(&files)).await.unwrap();
    let gone = |event: &Arc<Event>| matches!(event.payload, Some(Payload::NodeGone(_)));
    extractor
        .until("the node's end", |events| {
            events.iter().filter(|event| gone(event)).count() == 2
        })
        .await
        .unwrap();

    let notices: Vec<(&str, Option<u64>)> = extractor
        .events
        .iter()
        .filter_map(|event| match event.payload.as_ref()? {
            Payload::NodeBack(_) => Some(("back", event.run)),
            Payload::NodeGone(_) => Some(("gone", event.run)),
            Payload::Gap(gap) if gap.reason() == GapReason::FileReplaced => Some(("gap", None)),
            Payload::Gap(gap) => panic!("{gap:?}"),
            _ => None,
        })
        .collect();
    let kinds: Vec<&str> = notices.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, ["back", "gone", "back", "gap", "gone"]);
    let (first, second) = (notices[0].1.unwrap(), notices[2].1.unwrap());
    assert!(second > first + 3, "{first} and {second} are two runs");
    assert_eq!((notices[1].1, notices[4].1), (Some(first), Some(second)));

    // The lines' own run is that of the process that wrote them.
    let starts = extractor
        .events
        .iter()
        .filter_map(|event| match &event.payload {
            Some(Payload::LogLine(line)) if line.message.starts_with("Bitcoin Core version") => {
                Some(event.run)
            }
            _ => None,
        });
    assert_eq!(starts.collect::<Vec<_>>(), [Some(first), Some(second)]);
    // Nothing of the prefix was left in a message.
    let whole = extractor
        .lines()
        .filter(|line| !line.message.is_empty() && line.line_count == 1);
    for line in whole {
        assert!(!line.thread.is_empty() && line.source.is_some(), "{line:?}");
        assert_ne!(line.level(), LogLevel::Unspecified);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_fifo() {
    let directory = tempfile::tempdir().unwrap();
    let fifo = directory.path().join("log.fifo");
    let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU);
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, kind, mode, 0).unwrap();
    let settings = NodeSettings::new("alice", directory.path());
    let mut extractor = Extractor::start(settings, file(&fifo));
    let log = talkative_node_log().await;
    let mut bytes = 0;
    for piece in [&log[..], &log[..log.len() / 2], b"\xff\0half"] {
        bytes += piece.len() as u64;
        let (fifo, piece) = (fifo.clone(), piece.to_vec());
        let write = move || OpenOptions::new().write(true).open(fifo)?.write_all(&piece);
        tokio::task::spawn_blocking(write).await.unwrap().unwrap();
        extractor.until_bytes(bytes).await.unwrap();
    }
    let last = extractor.lines().last().unwrap();
    assert!(last.unterminated && last.invalid_utf8);
    assert_eq!(last.message, "\u{fffd}\0half");
}

/// A log of some traffic.
async fn talkative_node_log() -> Vec<u8> {
    let mut node = talkative_node().await;
    let shutdown = traffic(&node);
    testkit::wait_for("a log of 300 kB", async || {
        file_bytes(&[node.debug_log()]) > 300_000
    })
    .await
    .unwrap();
    drop(shutdown);
    node.stop().await.unwrap();
    fs::read(node.debug_log()).unwrap()
}

#[tokio::test]
async fn of_standard_input() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("a.log");
    let mut text = "2026-01-01T00:00:00Z [net] a line\n".repeat(5000);
    text.push_str("2026-01-01T00:00:00Z and one without an end");
    fs::write(&log, &text).unwrap();
    for is_pipe in [false, true] {
        let result = directory.path().join("result");
        let mut reader = Command::new(std::env::current_exe().unwrap());
        reader
            .args(["--exact", "reads_its_standard_input", "--ignored"])
            .env(RESULT_VARIABLE, &result)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = match is_pipe {
            true => {
                let mut child = reader.stdin(Stdio::piped()).spawn().unwrap();
                child
                    .stdin
                    .take()
                    .unwrap()
                    .write_all(text.as_bytes())
                    .unwrap();
                child
            }
            false => reader.stdin(fs::File::open(&log).unwrap()).spawn().unwrap(),
        };
        testkit::wait_for("it has read its input", async || {
            child.try_wait().unwrap().is_some()
        })
        .await
        .unwrap();
        let bytes: u64 = fs::read_to_string(result).unwrap().parse().unwrap();
        assert_eq!(bytes, text.len() as u64);
    }
}

/// Started by the test above: a process has one standard input.
#[tokio::test]
#[ignore = "a part of of_standard_input"]
async fn reads_its_standard_input() {
    let Some(result) = std::env::var_os(RESULT_VARIABLE) else {
        return;
    };
    let settings = LogExtractorSettings {
        input: LogInput::StandardInput,
        from_beginning: false,
    };
    let node = NodeSettings::new("alice", "/nowhere");
    let mut extractor = Extractor::start(node, settings);
    extractor
        .notice("its end", |payload| matches!(payload, Payload::NodeGone(_)))
        .await
        .unwrap();
    let bytes = support::line_bytes(&extractor.events);
    fs::write(Path::new(&result), bytes.to_string()).unwrap();
}
