//! DuckDB, which most who read Parquet files use.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use peer_observer_event::Event;
use peer_observer_export::{ExportSummary, ParquetExport, ParquetOptions};
use serde::Deserialize;
use serde_json::{Map, Value};
use tempfile::TempDir;

const PACKAGE: &str = "duckdb==2.0.0";

/// Answers queries in the folder of an export, after its `views.sql`. Bytes are
/// hex, and what JSON has no form for is text.
const SCRIPT: &str = r#"
import duckdb, json, sys
connection = duckdb.connect()
connection.execute(open("views.sql").read())
def text(value):
    return value.hex() if isinstance(value, bytes) else str(value)
answers = []
for query in json.load(sys.stdin):
    try:
        result = connection.execute(query)
    except duckdb.Error as error:
        sys.exit(f"{query}\n{error}")
    columns = [column[0] for column in result.description]
    rows = [dict(zip(columns, row)) for row in result.fetchall()]
    answers.append({"columns": columns, "rows": rows})
json.dump(answers, sys.stdout, default=text)
"#;

/// A row of an answer.
pub(crate) type Row = Map<String, Value>;

/// What a query answers.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    /// The columns' names in their order.
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// The export of these events, and what it says it has written.
pub(crate) fn export(events: &[Event]) -> (TempDir, ExportSummary) {
    export_with(events, ParquetOptions::default())
}

pub(crate) fn export_with(events: &[Event], options: ParquetOptions) -> (TempDir, ExportSummary) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut export = ParquetExport::create(folder.path(), options).expect("an empty folder");
    for event in events {
        export.push(event).expect("an event is written");
    }
    let summary = export.finish().expect("an export ends");
    (folder, summary)
}

/// The answers to all these queries.
pub(crate) fn ask(folder: &Path, queries: &[&str]) -> Vec<Answer> {
    let python = testkit::python::with(&[PACKAGE]).expect("Python with DuckDB");
    let mut child = Command::new(python)
        .args(["-c", SCRIPT])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let queries = serde_json::to_vec(queries).expect("queries are text");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(&queries).expect("Python reads");
    drop(input);
    let output = child.wait_with_output().expect("Python ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).expect("answers are JSON")
}

/// The rows of the answer to one query.
pub(crate) fn ask_one(folder: &Path, query: &str) -> Vec<Row> {
    ask(folder, &[query]).remove(0).rows
}
