//! Every query of `docs/analysis.md` runs, and answers what stands there.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::duckdb::{Answer, Row, ask, export};
use crate::recording;

const COMMAND: &str = "UPDATE_DOCS=1 cargo test -p peer-observer-export --test export analysis";

/// What begins a query in the document, and what ends it.
const QUERY: &str = "```sql\n";
const END: &str = "\n```\n";

/// A query, and what stands before it in the document.
struct Question<'a> {
    before: &'a str,
    query: &'a str,
}

/// The questions, and what stands behind the last.
fn questions(document: &str) -> (Vec<Question<'_>>, &str) {
    let mut questions = Vec::new();
    let mut rest = document;
    while let Some((before, behind)) = rest.split_once(QUERY) {
        let (query, behind) = behind.split_once(END).expect("a query ends");
        questions.push(Question { before, query });
        rest = behind;
    }
    (questions, rest)
}

/// The text without the table at its beginning.
fn without_answer(text: &str) -> &str {
    let is_answer = |line: &&str| line.trim().is_empty() || line.starts_with('|');
    let answer = text.split_inclusive('\n').take_while(is_answer);
    &text[answer.map(str::len).sum()..]
}

/// The answer as a table in Markdown.
fn table(answer: &Answer) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut text = "\n".to_owned();
    text += &line(answer.columns.clone());
    text += &line(vec!["---".to_owned(); answer.columns.len()]);
    for row in &answer.rows {
        let cells = answer.columns.iter().map(|column| cell(&row[column]));
        text += &line(cells.collect());
    }
    text
}

#[test]
fn every_answer_of_the_document_is_what_its_query_answers() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/analysis.md");
    let found = fs::read_to_string(&file).expect("docs/analysis.md");
    let (questions, end) = questions(&found);
    let queries: Vec<&str> = questions.iter().map(|question| question.query).collect();
    let (folder, _) = export(&recording::events());
    let answers = ask(folder.path(), &queries);
    let mut text = String::new();
    for (number, (question, answer)) in questions.iter().zip(&answers).enumerate() {
        let before = match number {
            0 => question.before,
            _ => without_answer(question.before),
        };
        text += &format!("{before}{QUERY}{}{END}{}\n", question.query, table(answer));
    }
    text += without_answer(end);
    let text = text.trim_end().to_owned() + "\n";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &text).expect("docs/analysis.md can be written");
    } else {
        assert!(
            found == text,
            "docs/analysis.md is stale; write it anew with\n{COMMAND}"
        );
    }
    check(&answers);
}

/// What must come out, known from how the recording was made.
fn check(answers: &[Answer]) {
    let expected: [(&[&str], Value); 11] = [
        (&["events", "reason"], json!([[3, "ring_full"]])),
        (&["peer_id", "pings", "per_second"], json!([[4, 600, 10.0]])),
        // 1 at once, and a tenth of the 234.5 s from its first message to its last.
        (
            &["peer_id", "sent", "allowed", "dropped"],
            json!([[5, 1200, 24.0, 1176]]),
        ),
        (
            &["peers", "first_peer", "median_ms", "last_ms"],
            json!([[4, 1, 450.0, 1200.0], [3, 2, 195.0, 310.0]]),
        ),
        (
            &["connection_type", "announcements", "first"],
            json!([["outbound-full-relay", 40, 15], ["inbound", 20, 5]]),
        ),
        (
            &["per_transaction", "repeated_bytes"],
            json!([[3.0, 40 * 36]]),
        ),
        (
            &[
                "peer_id",
                "requests",
                "sent",
                "not_found",
                "silence",
                "median_ms",
            ],
            json!([
                [3, 5, 2, 1, 2, 40.0],
                [1, 15, 15, 0, 0, 40.0],
                [2, 1, 1, 0, 0, 200.0]
            ]),
        ),
        (
            &["netgroup", "opened", "addresses", "median_seconds"],
            json!([["198.18.0.0/16", 24, 4, 2.0]]),
        ),
        (
            &[
                "high_bandwidth",
                "blocks",
                "requested_transactions",
                "median_ms",
            ],
            json!([[true, 3, 1.0, 20.0], [false, 1, 40.0, 900.0]]),
        ),
        (
            &["minute", "busy_percent", "messages", "most_frequent"],
            // 600 pings, and what the others say of a block.
            json!([
                ["14:01", 80.0, 604, "ping"],
                ["14:00", 5.0, 5, "ping"],
                ["14:02", 5.0, 3, "ping"]
            ]),
        ),
        (
            &[
                "connection_type",
                "peers",
                "median_ms",
                "longest_wait_seconds",
            ],
            json!([
                ["inbound", 3, 70.0, null],
                ["outbound-full-relay", 2, 30.0, null],
                ["inbound", 3, 700.0, 45.0],
                ["outbound-full-relay", 2, 30.0, null],
            ]),
        ),
    ];
    assert_eq!(answers.len(), expected.len());
    for (number, (answer, (columns, expected))) in answers.iter().zip(expected).enumerate() {
        let row = |row: &Row| columns.iter().map(|name| row[*name].clone()).collect();
        let found: Vec<Value> = answer.rows.iter().map(row).collect();
        assert_eq!(
            Value::from(found),
            expected,
            "question {number}: {columns:?}"
        );
    }
}
