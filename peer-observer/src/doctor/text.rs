//! The report for people.

use std::fmt::Write;

use super::report::{Finding, Fix, Place, Report, Status};

/// Columns before the text: status, area.
const STATUS_WIDTH: usize = 7;
const AREA_WIDTH: usize = 11;

/// The whole report; `colour` for a terminal.
pub(crate) fn render(report: &Report, colour: bool) -> String {
    let mut text = format!("peer-observer {}\n", report.version);
    let mut heading = None;
    for finding in &report.findings {
        if heading != Some(&finding.node) {
            match &finding.node {
                Some(name) => push(&mut text, format_args!("\nnode {name}\n")),
                None => push(&mut text, format_args!("\nthis machine\n")),
            }
            heading = Some(&finding.node);
        }
        push_finding(&mut text, finding, colour);
    }
    let summary = match (report.problems, report.warnings) {
        (0, 0) => "Everything is all right.".to_owned(),
        (0, warnings) => format!("No problems, {}.", counted(warnings, "warning")),
        (problems, 0) => format!("{}.", counted(problems, "problem")),
        (problems, warnings) => format!(
            "{}, {}.",
            counted(problems, "problem"),
            counted(warnings, "warning")
        ),
    };
    push(&mut text, format_args!("\n{summary}\n"));
    text
}

fn push_finding(text: &mut String, finding: &Finding, colour: bool) {
    let (word, code) = match finding.status {
        Status::Ok => ("ok", 32),
        Status::Unknown => ("-", 2),
        Status::Warning => ("warning", 33),
        Status::Problem => ("problem", 31),
    };
    let (begin, end) = match colour {
        true => (format!("\u{1b}[{code}m"), "\u{1b}[0m"),
        false => (String::new(), ""),
    };
    let area = finding.area.word();
    push(
        text,
        format_args!(
            "  {begin}{word:STATUS_WIDTH$}{end}  {area:AREA_WIDTH$}  {}\n",
            finding.text
        ),
    );
    for fix in &finding.fixes {
        let indent = 2 + STATUS_WIDTH + 2 + AREA_WIDTH + 2;
        push(text, format_args!("{:indent$}{}\n", "", describe(fix)));
    }
}

fn describe(fix: &Fix) -> String {
    let place = match fix.place {
        Place::Command => "fix, run:",
        Place::BitcoinConf => "fix, in bitcoin.conf:",
        Place::NodeCommandLine => "fix, start the node with:",
        Place::Configuration => "fix, in peer-observer's configuration:",
        Place::Advice => "fix:",
    };
    let mut line = format!("{place} {}", fix.text);
    if let Some(option) = &fix.replaces {
        push(&mut line, format_args!("   (in place of {option})"));
    }
    if fix.restart_node {
        line.push_str("   (then restart the node)");
    }
    line
}

fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// Writing to a string cannot fail.
fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(arguments);
}
