//! Every query of `docs/analysis.md` runs, and answers what stands there.

use std::fs;
use std::path::Path;

use serde_json::Value;

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
    let _ = std::process::Command::new("cp")
        .args(["-r"])
        .arg(folder.path())
        .arg("/tmp/exp/rec")
        .status();
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
    let expected = |number: usize, names: &[&str], expected: Value| {
        let row = |row: &Row| names.iter().map(|name| row[*name].clone()).collect();
        let found: Vec<Value> = answers[number].rows.iter().map(row).collect();
        assert_eq!(Value::from(found), expected, "question {number}");
    };
    assert_eq!(answers.len(), 11);
    expected(
        0,
        &["events", "reason"],
        serde_json::json!([[3, "ring_full"]]),
    );
}
