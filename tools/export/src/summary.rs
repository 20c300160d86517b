//! What an export has written.

use std::collections::BTreeMap;

/// What stands in the folder now, by table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportSummary {
    /// The tables that have rows, by name.
    pub tables: BTreeMap<&'static str, TableSummary>,
}

/// What stands in the folder of one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableSummary {
    /// Does each row stand for an event? Else rows are parts of events, such as
    /// the entries of a message.
    pub main: bool,
    /// Rows, in all files.
    pub rows: u64,
    /// Files.
    pub files: u64,
    /// Size of the files.
    pub bytes: u64,
}

impl ExportSummary {
    /// Events that were exported: each is one row of one main table.
    pub fn events(&self) -> u64 {
        let main = self.tables.values().filter(|table| table.main);
        main.map(|table| table.rows).sum()
    }

    /// Files of all tables.
    pub fn files(&self) -> u64 {
        self.tables.values().map(|table| table.files).sum()
    }

    /// Size of all files.
    pub fn bytes(&self) -> u64 {
        self.tables.values().map(|table| table.bytes).sum()
    }
}
