//! Folders and files: by node and day, however many and whatever they are called.

use std::fs;
use std::path::{Path, PathBuf};

use peer_observer_event::{Event, Payload, Tick};
use peer_observer_export::{ExportError, ParquetExport, ParquetOptions};

use crate::duckdb::{ask, ask_one, export, export_with};

const DAY_NS: u64 = 24 * 3600 * 1_000_000_000;

/// The first moment of 2026-09-21.
const MIDNIGHT_NS: u64 = 1_789_948_800_000_000_000;

fn tick(node: &str, time_ns: u64) -> Event {
    Event {
        node: node.to_owned(),
        time_ns,
        bus_time_ns: time_ns,
        payload: Some(Payload::Tick(Tick {})),
        ..Event::default()
    }
}

/// Every file below the folder, by its path from there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => found.push(path.strip_prefix(folder).expect("below it").to_owned()),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn nodes_and_days_have_folders_of_their_own() {
    let events = [
        tick("alice", MIDNIGHT_NS - 1),
        tick("alice", MIDNIGHT_NS),
        tick("7", MIDNIGHT_NS),
        tick("alice", MIDNIGHT_NS + 1),
    ];
    let (folder, summary) = export(&events);
    let expected = [
        "tick/node=7/date=2026-09-21/part-000002.parquet",
        "tick/node=alice/date=2026-09-20/part-000000.parquet",
        "tick/node=alice/date=2026-09-21/part-000001.parquet",
        "views.sql",
    ];
    assert_eq!(files(folder.path()), expected.map(PathBuf::from));
    assert_eq!((summary.files(), summary.events()), (3, 4));
    let sizes = expected.map(|file| {
        fs::metadata(folder.path().join(file))
            .expect("a file")
            .len()
    });
    assert_eq!(summary.bytes(), sizes[..3].iter().sum::<u64>());
    let one_day = "SELECT node, count(*) AS rows, typeof(any_value(date)) AS type FROM tick
                   WHERE date = '2026-09-21' GROUP BY node ORDER BY node";
    let rows = ask_one(folder.path(), one_day);
    let found: Vec<_> = rows
        .iter()
        .map(|row| (&row["node"], &row["rows"]))
        .collect();
    assert_eq!(
        serde_json::json!(found),
        serde_json::json!([["7", 1], ["alice", 2]])
    );
    assert_eq!(rows[0]["type"], "DATE");
}

#[test]
fn no_name_of_a_node_leaves_the_folder_or_is_lost() {
    let outside = tempfile::tempdir().expect("a folder");
    let folder = outside.path().join("export");
    let long = "x".repeat(10_000);
    let names = [
        "", "../../up", "..", "/etc", "a b", "Ünï", "a=b", "%41", &long,
    ];
    let mut export = ParquetExport::create(&folder, ParquetOptions::default()).expect("new");
    for name in names {
        export.push(&tick(name, MIDNIGHT_NS)).expect("a row");
    }
    export.finish().expect("an export");
    assert_eq!(fs::read_dir(outside.path()).expect("a folder").count(), 1);
    let depth = |file: &PathBuf| file.components().count();
    let files = files(&folder);
    assert_eq!(
        files.iter().filter(|file| depth(file) == 4).count(),
        names.len()
    );
    let rows = ask_one(
        &folder,
        "SELECT DISTINCT node FROM tick ORDER BY node NULLS FIRST",
    );
    let found: Vec<_> = rows
        .iter()
        .map(|row| row["node"].as_str().unwrap_or(""))
        .collect();
    let mut expected = [
        "", "../../up", "..", "/etc", "a b", "Ünï", "a=b", "%41", "_other",
    ];
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn many_nodes_and_days_at_once_take_few_open_files() {
    // More than are kept open, in an order that keeps coming back to all of them.
    let events: Vec<Event> = (0..1860)
        .map(|number| {
            tick(
                &format!("node-{}", number % 30),
                MIDNIGHT_NS + number % 31 * DAY_NS,
            )
        })
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let mut export =
        ParquetExport::create(folder.path(), ParquetOptions::default()).expect("empty");
    let is_ours = |entry: fs::DirEntry| {
        let target = fs::read_link(entry.path());
        target.is_ok_and(|target| target.starts_with(folder.path()))
    };
    for event in &events {
        export.push(event).expect("a row");
        let open = fs::read_dir("/proc/self/fd").expect("Linux").flatten();
        assert_eq!(
            open.filter_map(|entry| is_ours(entry).then_some(()))
                .count(),
            0
        );
    }
    export.finish().expect("an export");
    let query = "SELECT count(*) AS rows, count(DISTINCT (node, date)) AS folders FROM tick";
    let row = &ask_one(folder.path(), query)[0];
    assert_eq!((&row["rows"], &row["folders"]), (&1860.into(), &930.into()));
}

#[test]
fn too_many_files_are_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ParquetOptions {
        most_files: 2,
        memory_bytes: 0,
        ..ParquetOptions::default()
    };
    let mut export = ParquetExport::create(folder.path(), options).expect("empty");
    export.push(&tick("a", MIDNIGHT_NS)).expect("a row");
    export.push(&tick("b", MIDNIGHT_NS)).expect("a row");
    let error = export.push(&tick("c", MIDNIGHT_NS)).expect_err("the third");
    assert!(matches!(error, ExportError::TooManyFiles(2)), "{error}");
}

#[test]
fn rows_are_written_early_when_they_take_too_much_memory() {
    let events: Vec<Event> = (0..10_000)
        .map(|number| tick(&format!("node-{}", number % 10), MIDNIGHT_NS + number))
        .collect();
    let options = ParquetOptions {
        memory_bytes: 100_000,
        row_group_rows: 400,
        ..ParquetOptions::default()
    };
    let (folder, summary) = export_with(&events, options);
    assert_eq!(summary.tables["tick"].files, 10);
    let queries = [
        "SELECT count(*) AS rows, count(DISTINCT time) AS times FROM tick",
        "SELECT max(row_group_num_rows) AS most, min(row_group_num_rows) AS fewest
         FROM parquet_metadata('tick/**/*.parquet')",
    ];
    let answers = ask(folder.path(), &queries);
    assert_eq!(answers[0].rows[0]["rows"], 10_000);
    assert_eq!(answers[0].rows[0]["times"], 10_000);
    assert!(
        answers[1].rows[0]["most"].as_u64() <= Some(400),
        "{answers:?}"
    );
}

#[test]
fn a_file_begins_a_new_one_after_many_row_groups() {
    let events: Vec<Event> = (0..1000)
        .map(|number| tick("alice", MIDNIGHT_NS + number))
        .collect();
    let options = ParquetOptions {
        row_group_rows: 10,
        ..ParquetOptions::default()
    };
    let (folder, summary) = export_with(&events, options);
    // 100 row groups, 64 in a file.
    assert_eq!(summary.tables["tick"].files, 2);
    let rows = ask_one(folder.path(), "SELECT count(*) AS rows FROM tick");
    assert_eq!(rows[0]["rows"], 1000);
}

#[test]
fn an_export_goes_only_into_an_empty_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "").expect("a file");
    let error = ParquetExport::create(folder.path(), ParquetOptions::default());
    let error = error.err().expect("the folder is not empty");
    assert!(
        error
            .to_string()
            .ends_with("export into a new or empty folder"),
        "{error}"
    );
    let error = ParquetExport::create(&folder.path().join("file"), ParquetOptions::default());
    assert!(matches!(error, Err(ExportError::File { .. })));
}

#[test]
fn what_is_left_of_an_interrupted_export_is_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ParquetOptions {
        memory_bytes: 0,
        ..ParquetOptions::default()
    };
    let mut export = ParquetExport::create(folder.path(), options).expect("empty");
    export.push(&tick("alice", MIDNIGHT_NS)).expect("a row");
    drop(export);
    let files = files(folder.path());
    let expected = "tick/node=alice/date=2026-09-21/part-000000.parquet.incomplete";
    assert_eq!(files, [PathBuf::from(expected)]);
}
