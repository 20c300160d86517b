//! `docs/export.md`, made from the definitions of the tables.

use std::fmt::Write;

use crate::columns::ColumnDefinition;
use crate::table::TableDefinition;
use crate::tables::Tables;

/// What stands before the tables.
const INTRODUCTION: &str = include_str!("introduction.md");

/// The text of `docs/export.md`: how an export is laid out and read, and every
/// table with its columns.
pub fn reference() -> String {
    let tables = Tables::definitions();
    let mut kinds: Vec<&TableDefinition> = Vec::new();
    for table in &tables {
        if !kinds.iter().any(|known| known.kind == table.kind) {
            kinds.push(table);
        }
    }
    let mut text = INTRODUCTION.to_owned();
    for kind in &kinds {
        let of_kind = tables.iter().filter(|table| table.kind == kind.kind);
        let links: Vec<String> = of_kind
            .map(|table| format!("[`{0}`](#{0})", table.name))
            .collect();
        line(&mut text, format_args!("\n## {}\n", kind.kind));
        line(&mut text, format_args!("{}.\n", links.join(", ")));
        line(
            &mut text,
            format_args!("They all begin with these columns:\n"),
        );
        write_columns(&mut text, kind.head);
    }
    line(&mut text, format_args!("\n## Tables"));
    for table in &tables {
        let about = unwrapped(table.about);
        line(&mut text, format_args!("\n### `{}`\n\n{about}", table.name));
        if table.columns.is_empty() {
            line(
                &mut text,
                format_args!("\nNo columns but those of all main tables."),
            );
        } else {
            text.push('\n');
            write_columns(&mut text, table.columns);
        }
    }
    text
}

fn write_columns(text: &mut String, columns: &[ColumnDefinition]) {
    text.push_str("| column | type | |\n|---|---|---|\n");
    for column in columns {
        let ColumnDefinition { name, r#type, .. } = column;
        let optional = if column.optional { "" } else { " NOT NULL" };
        let about = unwrapped(column.about);
        line(
            text,
            format_args!("| `{name}` | {}{optional} | {about} |", r#type.documented()),
        );
    }
}

/// The lines of a comment as one.
fn unwrapped(about: &str) -> String {
    about.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{line}");
}
