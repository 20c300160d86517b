//! A table of one node and day: rows that wait, and the file they go to.

use std::path::PathBuf;
use std::sync::Arc;

use peer_observer_event::Event;

use crate::ExportError;
use crate::columns::{ColumnDefinition, Columns};
use crate::output::{Output, create_directory};
use crate::part::{Format, Part};
use crate::partition::Partition;

/// Memory of the rows that a table keeps before it writes a row group, in bytes.
const ROW_GROUP_BYTES: usize = 64 << 20;

/// The first columns of a table: what is known of any row's event.
pub(crate) trait Head: Columns {
    /// Is each row an event, and each event a row?
    const MAIN: bool;

    /// What tables with these columns have in common.
    const TITLE: &'static str;

    /// The values for a row of this event.
    fn row(event: &Event) -> Self::Row<'_>;
}

/// What a table is called, holds and means.
pub(crate) struct TableDefinition {
    pub(crate) name: &'static str,
    /// Markdown.
    pub(crate) about: &'static str,
    /// [`Head::TITLE`].
    pub(crate) kind: &'static str,
    /// The first columns.
    pub(crate) head: &'static [ColumnDefinition],
    /// Those behind them.
    pub(crate) columns: &'static [ColumnDefinition],
}

impl TableDefinition {
    /// All columns in their order.
    pub(crate) fn all_columns(&self) -> impl Iterator<Item = &'static ColumnDefinition> {
        self.head.iter().chain(self.columns)
    }
}

/// Columns `H`, filled from the event, and `C` behind them.
pub(crate) struct Table<H, C> {
    name: &'static str,
    partition: Arc<Partition>,
    head: H,
    columns: C,
    rows: usize,
    bytes: usize,
    part: Option<Part>,
}

/// What can be done with a table whatever its columns are.
pub(crate) trait Buffered {
    /// Memory of the rows that wait, in bytes.
    fn buffered_bytes(&self) -> usize;

    /// Writes the rows that wait.
    fn write_rows(&mut self, output: &mut Output) -> Result<(), ExportError>;

    /// Writes the rows that wait and ends the file.
    fn close(&mut self, output: &mut Output) -> Result<(), ExportError>;
}

impl<H: Head, C: Columns> Table<H, C> {
    pub(crate) fn new(name: &'static str, partition: Arc<Partition>) -> Table<H, C> {
        Table {
            name,
            partition,
            head: H::default(),
            columns: C::default(),
            rows: 0,
            bytes: 0,
            part: None,
        }
    }

    /// What the table is.
    pub(crate) fn definition(name: &'static str, about: &'static str) -> TableDefinition {
        TableDefinition {
            name,
            about,
            kind: H::TITLE,
            head: H::DEFINITIONS,
            columns: C::DEFINITIONS,
        }
    }

    /// Takes a row of this event.
    pub(crate) fn push(
        &mut self,
        output: &mut Output,
        event: &Event,
        row: C::Row<'_>,
    ) -> Result<(), ExportError> {
        let bytes = self.head.push(H::row(event)) + self.columns.push(row);
        self.rows += 1;
        self.bytes += bytes;
        output.buffered_bytes += bytes;
        if self.rows >= output.options.row_group_rows || self.bytes >= ROW_GROUP_BYTES {
            self.write_rows(output)?;
        }
        Ok(())
    }

    fn begin_part(&self, output: &mut Output) -> Result<Part, ExportError> {
        let table: PathBuf = output.directory().join(self.name);
        let directory = self.partition.directory(&table);
        let number = output.next_file()?;
        create_directory(&directory)?;
        let level = output.options.compression_level;
        let columns: Vec<&ColumnDefinition> = H::DEFINITIONS.iter().chain(C::DEFINITIONS).collect();
        let format = Format::new(self.name, &columns, level)?;
        Part::create(format, &directory, number)
    }

    fn end_part(&mut self, output: &mut Output) -> Result<(), ExportError> {
        let Some(part) = self.part.take() else {
            return Ok(());
        };
        let finished = part.finish()?;
        let summary = output.summary.tables.entry(self.name).or_default();
        summary.main = H::MAIN;
        summary.rows += finished.rows;
        summary.bytes += finished.bytes;
        summary.files += 1;
        Ok(())
    }
}

impl<H: Head, C: Columns> Buffered for Table<H, C> {
    fn buffered_bytes(&self) -> usize {
        self.bytes
    }

    fn write_rows(&mut self, output: &mut Output) -> Result<(), ExportError> {
        if self.rows == 0 {
            return Ok(());
        }
        let part = match &mut self.part {
            Some(part) => part,
            None => {
                let part = self.begin_part(output)?;
                self.part.insert(part)
            }
        };
        part.append(|group| {
            self.head.write(group)?;
            self.columns.write(group)
        })?;
        output.buffered_bytes -= self.bytes;
        self.rows = 0;
        self.bytes = 0;
        if part.is_full() {
            self.end_part(output)?;
        }
        Ok(())
    }

    fn close(&mut self, output: &mut Output) -> Result<(), ExportError> {
        self.write_rows(output)?;
        self.end_part(output)
    }
}
