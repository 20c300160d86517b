//! Columns of a table: they keep values until a row group is full and then
//! write them.

mod bytes;
mod kind;
mod numbers;

use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;

pub(crate) use bytes::{Blob, Hash, Text, Word};
pub(crate) use kind::ColumnType;
pub(crate) use numbers::{Count, Flag, Integer, Number, Sequence, Time, Unsigned};

/// Definition level of a value that is there, and of one that is absent.
const PRESENT: i16 = 1;
const ABSENT: i16 = 0;

/// The values of one column that are not written yet.
pub(crate) trait Column: Default {
    /// What a value is made from.
    type Value<'a>: Copy + Default;

    /// What readers of the file see.
    const TYPE: ColumnType;

    /// Can a value be absent (NULL)?
    const OPTIONAL: bool = false;

    /// Takes a value; returns how many bytes of memory it needs here.
    fn push(&mut self, value: Self::Value<'_>) -> usize;

    /// Writes all values and forgets them. `levels` says which rows have one;
    /// without it, all have.
    fn write(
        &mut self,
        levels: Option<&[i16]>,
        writer: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError>;
}

/// A column whose values can be absent.
#[derive(Default)]
pub(crate) struct Maybe<C> {
    levels: Vec<i16>,
    values: C,
}

impl<C: Column> Column for Maybe<C> {
    type Value<'a> = Option<C::Value<'a>>;

    const TYPE: ColumnType = C::TYPE;
    const OPTIONAL: bool = true;

    fn push(&mut self, value: Self::Value<'_>) -> usize {
        let bytes = match value {
            Some(value) => {
                self.levels.push(PRESENT);
                self.values.push(value)
            }
            None => {
                self.levels.push(ABSENT);
                0
            }
        };
        bytes + size_of::<i16>()
    }

    fn write(
        &mut self,
        _levels: Option<&[i16]>,
        writer: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        let levels = std::mem::take(&mut self.levels);
        self.values.write(Some(&levels), writer)
    }
}
