//! The commands of `archive`, as somebody types them, on the demo's recording.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// As large as a repository may be asked to carry.
const MOST_DEMO_BYTES: u64 = 2_000_000;

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/demo.poar")
}

/// `peer-observer archive …` in this folder.
fn archive(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peer-observer"));
    command.arg("archive").args(arguments).current_dir(folder);
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&text(output)).unwrap()
}

#[test]
fn the_demo_is_whole_small_and_knows_what_it_is() {
    let demo = demo();
    assert!(std::fs::metadata(&demo).unwrap().len() <= MOST_DEMO_BYTES);
    let folder = tempfile::tempdir().unwrap();
    let place = demo.to_str().unwrap();
    let verified = json(&archive(folder.path(), &["verify", "--json", place]));
    assert_eq!(verified["is_whole"], true, "{verified:#}");
    let info = json(&archive(folder.path(), &["info", "--json", place]));
    assert_eq!(info["files"][0]["is_finished"], true);
    let clock = info["files"][0]["header"]["clock_note"].as_str().unwrap();
    assert!(clock.contains("setmocktime"), "{clock}");
    let nodes = info["total"]["nodes"].as_object().unwrap();
    for node in ["alice", "bob", "carol"] {
        assert!(nodes.contains_key(node), "{nodes:?}");
    }
    let read = text(&archive(folder.path(), &["info", place]));
    assert!(
        read.contains("p2p_message") && read.contains("from 20"),
        "{read}"
    );
}

#[test]
fn a_recording_is_cut_merged_and_still_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let place = demo();
    let place = place.to_str().unwrap();
    let lines = |arguments: &[&str]| {
        let output = archive(folder.path(), arguments);
        let mut lines: Vec<String> = text(&output).lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let wanted = ["replay", "--json", "--kind", "connection", place];
    let all = lines(&wanted);
    assert!(all.len() > 100);
    for node in ["alice", "bob", "carol"] {
        let out = format!("{node}.poar");
        let cut = [
            "cut",
            "--node",
            node,
            "--kind",
            "connection",
            "--out",
            &out,
            place,
        ];
        text(&archive(folder.path(), &cut));
    }
    let merge = [
        "merge",
        "--out",
        "all.poar",
        "alice.poar",
        "bob.poar",
        "carol.poar",
    ];
    text(&archive(folder.path(), &merge));
    // On the bus of a replay each has a new place.
    let without_place = |lines: Vec<String>| {
        let mut events: Vec<Value> = lines
            .iter()
            .map(|it| serde_json::from_str(it).unwrap())
            .collect();
        for event in &mut events {
            event["bus_sequence"] = Value::Null;
        }
        let mut lines: Vec<String> = events.iter().map(Value::to_string).collect();
        lines.sort();
        lines
    };
    let merged = lines(&["replay", "--json", "--kind", "connection", "all.poar"]);
    assert_eq!(without_place(merged), without_place(all));
    let again = archive(folder.path(), &merge);
    assert!(!again.status.success());
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(
        said.contains("all.poar is there already: name another file"),
        "{said}"
    );
}

#[test]
fn a_recording_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let place = demo();
    let place = place.to_str().unwrap();
    let info = json(&archive(folder.path(), &["info", "--json", place]));
    let events = info["total"]["events"].as_u64().unwrap();
    text(&archive(
        folder.path(),
        &["export", "--jsonl", "events.jsonl", place],
    ));
    let lines = std::fs::read_to_string(folder.path().join("events.jsonl")).unwrap();
    assert_eq!(lines.lines().count() as u64, events);
    let said = text(&archive(
        folder.path(),
        &["export", "--parquet", "tables", place],
    ));
    assert!(said.contains(&format!("{events} events")), "{said}");
    assert!(folder.path().join("tables/p2p_message/node=alice").is_dir());
}

#[test]
fn an_archive_of_the_existing_system_becomes_one_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    // Header: created at 1,779,000,000 s. An event: the RPC reply to uptime.
    let created = [0x08, 0xc0, 0xc5, 0xa5, 0xd0, 0x06];
    let mut file = vec![created.len() as u8];
    file.extend_from_slice(&created);
    let uptime = [0x12, 2, 3 << 3, 77];
    let time = [0x50, 0xfb, 0xfc, 0xa6, 0xa5, 0xe3, 0x33];
    file.push((uptime.len() + time.len()) as u8);
    file.extend_from_slice(&uptime);
    file.extend_from_slice(&time);
    let old = "archive.20260517-064000-123.bin";
    std::fs::write(folder.path().join(old), file).unwrap();
    let merge = ["merge", "--legacy-node", "alice", "--out", "ours.poar", old];
    text(&archive(folder.path(), &merge));
    for place in [old, "ours.poar"] {
        let replay = ["replay", "--json", "--legacy-node", "alice", place];
        let event = json(&archive(folder.path(), &replay));
        assert_eq!(event["node"], "alice", "{event:#}");
        assert_eq!(event["extractor"], "rpc");
        assert_eq!(
            event["payload"]["uptime"]["uptime_seconds"], 77,
            "{event:#}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("text.poar"),
        "Dear diary, this is no archive",
    )
    .unwrap();
    for (arguments, wanted) in [
        (
            ["info", "missing.poar"],
            "cannot read missing.poar: No such file",
        ),
        (
            ["replay", "text.poar"],
            "cannot read text.poar: this is not an archive",
        ),
        (
            ["verify", "."],
            "cannot read ./text.poar: this is not an archive",
        ),
    ] {
        let output = archive(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(wanted), "{said}");
    }
    let wrong = archive(folder.path(), &["replay", "--from", "yesterday", "x.poar"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("2026-11-22T14:00:00Z"));
}
