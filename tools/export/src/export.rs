//! Events to tables.

use std::path::Path;
use std::sync::Arc;

use peer_observer_event::Event;

use crate::output::Output;
use crate::partition::Partition;
use crate::tables::Tables;
use crate::{ExportError, ExportSummary, ParquetOptions, views};

/// Nodes and days that have rows waiting at the same time.
const OPEN_PARTITIONS: usize = 256;

/// Writes events as Parquet tables: see `docs/export.md`.
///
/// Memory is bounded whatever the events are. Files have their final names only
/// when they are complete; those of an export that was not finished end in
/// `.incomplete`.
pub struct ParquetExport {
    output: Output,
    open: Vec<Open>,
    /// Place in `open` of the last event's partition.
    current: usize,
    /// Events so far.
    clock: u64,
}

/// The tables of one node and day.
struct Open {
    partition: Arc<Partition>,
    tables: Box<Tables>,
    /// The clock at its last event.
    used: u64,
}

impl ParquetExport {
    /// Begins an export into a folder that is new or empty.
    ///
    /// # Errors
    /// When the folder is not empty or cannot be made.
    pub fn create(directory: &Path, options: ParquetOptions) -> Result<Self, ExportError> {
        Ok(ParquetExport {
            output: Output::create(directory, options)?,
            open: Vec::new(),
            current: 0,
            clock: 0,
        })
    }

    /// Takes an event: one row of a main table, and one of another for each of its parts.
    ///
    /// # Errors
    /// When rows cannot be written. Then the export cannot go on.
    pub fn push(&mut self, event: &Event) -> Result<(), ExportError> {
        self.clock += 1;
        self.find(event)?;
        let open = &mut self.open[self.current];
        open.used = self.clock;
        open.tables.push(&mut self.output, event)?;
        while self.output.buffered_bytes > self.output.options.memory_bytes {
            self.write_largest()?;
        }
        Ok(())
    }

    /// Writes what is left, ends all files, and writes `views.sql`.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn finish(mut self) -> Result<ExportSummary, ExportError> {
        for mut open in std::mem::take(&mut self.open) {
            open.tables.close(&mut self.output)?;
        }
        views::write(&self.output)?;
        Ok(self.output.summary)
    }

    /// Makes the event's partition the current one.
    fn find(&mut self, event: &Event) -> Result<(), ExportError> {
        let is_current = |open: &Open| open.partition.holds(event);
        if self.open.get(self.current).is_some_and(is_current) {
            return Ok(());
        }
        if let Some(found) = self.open.iter().position(is_current) {
            self.current = found;
            return Ok(());
        }
        if self.open.len() >= OPEN_PARTITIONS {
            self.close_oldest()?;
        }
        let partition = Arc::new(Partition::of(event));
        self.current = self.open.len();
        self.open.push(Open {
            tables: Box::new(Tables::new(&partition)),
            partition,
            used: self.clock,
        });
        Ok(())
    }

    /// Closes the partition that has had no event for the longest time.
    fn close_oldest(&mut self) -> Result<(), ExportError> {
        let places = self.open.iter().enumerate();
        let oldest = places.min_by_key(|(_, open)| open.used);
        if let Some((oldest, _)) = oldest {
            self.open
                .swap_remove(oldest)
                .tables
                .close(&mut self.output)?;
        }
        Ok(())
    }

    /// Has the table with the most rows waiting write them.
    fn write_largest(&mut self) -> Result<(), ExportError> {
        let tables = self.open.iter_mut().flat_map(|open| open.tables.all());
        if let Some(largest) = tables.max_by_key(|table| table.buffered_bytes()) {
            largest.write_rows(&mut self.output)?;
        }
        Ok(())
    }
}
