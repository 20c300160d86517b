//! A table's columns, declared once: for buffering, writing and documentation.

use parquet::errors::ParquetError;
use parquet::file::writer::SerializedRowGroupWriter;

use crate::column::{Column, ColumnType};

/// What a column is called, holds and means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnDefinition {
    pub(crate) name: &'static str,
    pub(crate) r#type: ColumnType,
    pub(crate) optional: bool,
    /// Markdown.
    pub(crate) about: &'static str,
}

/// Some columns of a table, with the values that are not written yet.
pub(crate) trait Columns: Default {
    /// One value for each column.
    type Row<'a>;

    /// The columns in their order.
    const DEFINITIONS: &'static [ColumnDefinition];

    /// Takes a row; returns how many bytes of memory it needs here.
    fn push(&mut self, row: Self::Row<'_>) -> usize;

    /// Writes all rows and forgets them.
    fn write(&mut self, group: &mut RowGroup<'_>) -> Result<(), ParquetError>;
}

/// Row groups are made in memory.
pub(crate) type RowGroup<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

/// Writes a column, the next one of the row group.
pub(crate) fn write_column(
    column: &mut impl Column,
    group: &mut RowGroup<'_>,
) -> Result<(), ParquetError> {
    let Some(mut writer) = group.next_column()? else {
        let message = "the schema has fewer columns than the table".to_owned();
        return Err(ParquetError::General(message));
    };
    column.write(None, &mut writer)?;
    writer.close()
}

/// Declares columns and the row that fills them. What stands as documentation
/// there stands in `docs/export.md` too.
macro_rules! columns {
    (
        $(#[doc = $about:literal])+
        $columns:ident, $row:ident {
            $( $(#[doc = $doc:literal])+ $name:ident: $type:ty, )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Default)]
        pub(crate) struct $columns { $($name: $type),+ }

        #[doc = concat!("A row of [`", stringify!($columns), "`].")]
        #[derive(Clone, Copy, Default)]
        pub(crate) struct $row<'a> {
            $($(#[doc = $doc])+ pub(crate) $name: <$type as $crate::column::Column>::Value<'a>),+
        }

        impl $crate::columns::Columns for $columns {
            type Row<'a> = $row<'a>;

            const DEFINITIONS: &'static [$crate::columns::ColumnDefinition] = &[
                $($crate::columns::ColumnDefinition {
                    name: stringify!($name),
                    r#type: <$type as $crate::column::Column>::TYPE,
                    optional: <$type as $crate::column::Column>::OPTIONAL,
                    about: concat!($($doc),+),
                }),+
            ];

            fn push(&mut self, row: $row<'_>) -> usize {
                use $crate::column::Column;
                0 $(+ self.$name.push(row.$name))+
            }

            fn write(
                &mut self,
                group: &mut $crate::columns::RowGroup<'_>,
            ) -> Result<(), parquet::errors::ParquetError> {
                $($crate::columns::write_column(&mut self.$name, group)?;)+
                Ok(())
            }
        }
    };
}

pub(crate) use columns;
