//! The types that columns have in the files.

use std::sync::Arc;

use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::schema::types::{Type, TypePtr};

/// Length of hashes, in bytes.
pub(crate) const HASH_BYTES: usize = 32;

/// A type, by what DuckDB calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnType {
    Bigint,
    /// A [`Self::Bigint`] that grows from row to row: the differences are kept.
    Growing,
    Ubigint,
    Double,
    Boolean,
    Varchar,
    Blob,
    Hash,
    Timestamp,
}

impl ColumnType {
    /// DuckDB's name of the type.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            ColumnType::Bigint | ColumnType::Growing => "BIGINT",
            ColumnType::Ubigint => "UBIGINT",
            ColumnType::Double => "DOUBLE",
            ColumnType::Boolean => "BOOLEAN",
            ColumnType::Varchar => "VARCHAR",
            ColumnType::Blob | ColumnType::Hash => "BLOB",
            ColumnType::Timestamp => "TIMESTAMP_NS",
        }
    }

    /// As [`Self::sql`], with what the type in the file says beyond it.
    pub(crate) fn documented(self) -> &'static str {
        match self {
            ColumnType::Hash => "BLOB(32)",
            other => other.sql(),
        }
    }

    /// Do the values grow from row to row?
    pub(crate) fn grows(self) -> bool {
        matches!(self, ColumnType::Growing | ColumnType::Timestamp)
    }

    /// The column in the file's schema.
    pub(crate) fn parquet(self, name: &str, optional: bool) -> Result<TypePtr, ParquetError> {
        let repetition = match optional {
            true => Repetition::OPTIONAL,
            false => Repetition::REQUIRED,
        };
        let logical = self.logical();
        let mut builder = Type::primitive_type_builder(name, self.physical())
            .with_repetition(repetition)
            .with_logical_type(logical);
        // For readers that are older than logical types.
        match self {
            ColumnType::Ubigint => builder = builder.with_converted_type(ConvertedType::UINT_64),
            ColumnType::Varchar => builder = builder.with_converted_type(ConvertedType::UTF8),
            ColumnType::Hash => builder = builder.with_length(HASH_BYTES as i32),
            _ => {}
        }
        builder.build().map(Arc::new)
    }

    fn physical(self) -> PhysicalType {
        match self {
            ColumnType::Bigint
            | ColumnType::Growing
            | ColumnType::Ubigint
            | ColumnType::Timestamp => PhysicalType::INT64,
            ColumnType::Double => PhysicalType::DOUBLE,
            ColumnType::Boolean => PhysicalType::BOOLEAN,
            ColumnType::Varchar | ColumnType::Blob => PhysicalType::BYTE_ARRAY,
            ColumnType::Hash => PhysicalType::FIXED_LEN_BYTE_ARRAY,
        }
    }

    fn logical(self) -> Option<LogicalType> {
        match self {
            ColumnType::Ubigint => Some(LogicalType::integer(64, false)),
            ColumnType::Varchar => Some(LogicalType::String),
            // All times are UTC. To say so in the type would make readers
            // show them in the zone of the reader's machine.
            ColumnType::Timestamp => Some(LogicalType::timestamp(false, TimeUnit::NANOS)),
            _ => None,
        }
    }
}
