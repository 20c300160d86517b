//! Columns of numbers and moments.

use parquet::data_type::{BoolType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;

use super::{Column, ColumnType, Maybe};

/// Declares a column that keeps its values in a list of `$stored`.
macro_rules! numbers {
    ($(#[doc = $about:literal])+ $name:ident: $value:ty => $stored:ty, $physical:ty, $type:ident, $convert:expr) => {
        $(#[doc = $about])+
        #[derive(Default)]
        pub(crate) struct $name(Vec<$stored>);

        impl Column for $name {
            type Value<'a> = $value;

            const TYPE: ColumnType = ColumnType::$type;

            fn push(&mut self, value: $value) -> usize {
                let convert: fn($value) -> $stored = $convert;
                self.0.push(convert(value));
                size_of::<$stored>()
            }

            fn write(
                &mut self,
                levels: Option<&[i16]>,
                writer: &mut SerializedColumnWriter<'_>,
            ) -> Result<(), ParquetError> {
                let values = std::mem::take(&mut self.0);
                writer.typed::<$physical>().write_batch(&values, levels, None)?;
                Ok(())
            }
        }
    };
}

numbers!(
    /// A count, a size or an id. Values from 2^63 on, which no node has, become
    /// 2^63 - 1, so that differences can be negative.
    Count: u64 => i64, Int64Type, Bigint, saturating
);
numbers!(
    /// A [`Count`] that grows from row to row.
    Sequence: u64 => i64, Int64Type, Growing, saturating
);
numbers!(
    /// A number that can be negative.
    Integer: i64 => i64, Int64Type, Bigint, |value| value
);
numbers!(
    /// Any 64 bits: a nonce, a bit field, a hash of 64 bits.
    Unsigned: u64 => i64, Int64Type, Ubigint, u64::cast_signed
);
numbers!(
    /// A number with a fraction.
    Number: f64 => f64, DoubleType, Double, |value| value
);
numbers!(
    /// Yes or no.
    Flag: bool => bool, BoolType, Boolean, |value| value
);
numbers!(
    /// Nanoseconds since the epoch that fit.
    Moment: i64 => i64, Int64Type, Timestamp, |value| value
);

fn saturating(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A moment, from nanoseconds since the epoch. 0 is none, and so is what is
/// after the year 2262, where Parquet's nanoseconds end.
#[derive(Default)]
pub(crate) struct Time(Maybe<Moment>);

impl Column for Time {
    type Value<'a> = u64;

    const TYPE: ColumnType = Moment::TYPE;
    const OPTIONAL: bool = true;

    fn push(&mut self, nanoseconds: u64) -> usize {
        let moment = i64::try_from(nanoseconds).ok();
        self.0.push(moment.filter(|moment| *moment != 0))
    }

    fn write(
        &mut self,
        levels: Option<&[i16]>,
        writer: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        self.0.write(levels, writer)
    }
}
