//! Tables whose events have nothing but the envelope.

use parquet::errors::ParquetError;

use crate::columns::{ColumnDefinition, Columns, RowGroup};

/// No columns.
#[derive(Default)]
pub(crate) struct NoColumns;

/// A row of [`NoColumns`].
pub(crate) struct NoRow;

impl Columns for NoColumns {
    type Row<'a> = NoRow;

    const DEFINITIONS: &'static [ColumnDefinition] = &[];

    fn push(&mut self, NoRow: NoRow) -> usize {
        0
    }

    fn write(&mut self, _group: &mut RowGroup<'_>) -> Result<(), ParquetError> {
        Ok(())
    }
}
