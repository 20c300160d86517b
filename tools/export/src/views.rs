//! `views.sql`: every table by its name, for DuckDB.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::output::Output;
use crate::table::TableDefinition;
use crate::tables::Tables;
use crate::{ExportError, ExportSummary};

const FILE: &str = "views.sql";

const INTRODUCTION: &str = "\
-- The tables of this export, for DuckDB: run it in this folder, for instance with
--     duckdb -init views.sql
-- Tables without rows have no files; here they are there, and empty.
";

/// Writes the file into the export's folder.
pub(crate) fn write(output: &Output) -> Result<(), ExportError> {
    let path: &Path = &output.directory().join(FILE);
    fs::write(path, views(&output.summary)).map_err(|source| ExportError::File {
        action: "write",
        path: path.to_owned(),
        source,
    })
}

fn views(summary: &ExportSummary) -> String {
    let mut text = INTRODUCTION.to_owned();
    for table in Tables::definitions() {
        let view = match summary.tables.contains_key(table.name) {
            true => of_files(&table),
            false => without_rows(&table),
        };
        // Writing into a string cannot fail.
        let _ = write!(text, "\nCREATE OR REPLACE VIEW {} AS\n{view}", table.name);
    }
    text
}

fn of_files(table: &TableDefinition) -> String {
    format!(
        "    FROM read_parquet('{}/**/*.parquet', hive_partitioning = true,\n        \
         hive_types = {{'node': VARCHAR, 'date': DATE}});\n",
        table.name
    )
}

fn without_rows(table: &TableDefinition) -> String {
    let columns = table
        .all_columns()
        .map(|column| (column.name, column.r#type.sql()));
    let folders = [("node", "VARCHAR"), ("date", "DATE")];
    let all: Vec<String> = columns
        .chain(folders)
        .map(|(name, sql)| format!("NULL::{sql} AS \"{name}\""))
        .collect();
    format!("    SELECT {}\n    WHERE false;\n", all.join(", "))
}
