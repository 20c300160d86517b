//! One Parquet file as it grows, row group by row group.
//!
//! No file stays open: a row group is made in memory and appended. So the
//! number of open files does not depend on how many tables, nodes and days there are.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{
    EnabledStatistics, WriterProperties, WriterPropertiesPtr, WriterVersion,
};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type, TypePtr};

use crate::ExportError;
use crate::columns::{ColumnDefinition, RowGroup};

/// Where a file begins a new one: what the end of a file says of all its row
/// groups is kept in memory until then.
const ROW_GROUPS: usize = 64;

/// zstd's highest level.
const HIGHEST_LEVEL: i32 = 22;

/// A file that is not finished. Until then its name has a second ending, so
/// that what is left of an interrupted export is not read as part of it.
pub(crate) struct Part {
    table: &'static str,
    path: PathBuf,
    incomplete: PathBuf,
    writer: SerializedFileWriter<Vec<u8>>,
    rows: u64,
    bytes: u64,
}

/// How large a finished file is.
pub(crate) struct Finished {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
}

/// What a file is made with: the same for all files of a table.
#[derive(Clone)]
pub(crate) struct Format {
    table: &'static str,
    schema: TypePtr,
    properties: WriterPropertiesPtr,
}

impl Format {
    pub(crate) fn new(
        table: &'static str,
        columns: &[&ColumnDefinition],
        compression_level: i32,
    ) -> Result<Format, ExportError> {
        let failed = |source| ExportError::Rows { table, source };
        Ok(Format {
            table,
            schema: schema(table, columns).map_err(failed)?,
            properties: properties(table, columns, compression_level).map_err(failed)?,
        })
    }
}

impl Part {
    /// Begins a file in a folder that is there.
    pub(crate) fn create(
        format: Format,
        directory: &Path,
        number: u32,
    ) -> Result<Part, ExportError> {
        let table = format.table;
        let path = directory.join(format!("part-{number:06}.parquet"));
        let incomplete = path.with_added_extension("incomplete");
        File::create_new(&incomplete).map_err(|source| ExportError::File {
            action: "create",
            path: incomplete.clone(),
            source,
        })?;
        let writer = SerializedFileWriter::new(Vec::new(), format.schema, format.properties)
            .map_err(|source| ExportError::Rows { table, source })?;
        Ok(Part {
            table,
            path,
            incomplete,
            writer,
            rows: 0,
            bytes: 0,
        })
    }

    /// Appends a row group that `fill` writes.
    pub(crate) fn append(
        &mut self,
        fill: impl FnOnce(&mut RowGroup<'_>) -> Result<(), ParquetError>,
    ) -> Result<(), ExportError> {
        let table = self.table;
        let rows = self.encode(fill);
        self.rows += rows.map_err(|source| ExportError::Rows { table, source })?;
        self.write_out()
    }

    /// The row group's number of rows.
    fn encode(
        &mut self,
        fill: impl FnOnce(&mut RowGroup<'_>) -> Result<(), ParquetError>,
    ) -> Result<u64, ParquetError> {
        let mut group = self.writer.next_row_group()?;
        fill(&mut group)?;
        let written = group.close()?;
        self.writer.flush()?;
        Ok(u64::try_from(written.num_rows()).unwrap_or_default())
    }

    /// Should the next row group stand in another file?
    pub(crate) fn is_full(&self) -> bool {
        self.writer.flushed_row_groups().len() >= ROW_GROUPS
    }

    /// Writes the end of the file and gives it its name.
    pub(crate) fn finish(mut self) -> Result<Finished, ExportError> {
        let table = self.table;
        self.writer
            .finish()
            .map_err(|source| ExportError::Rows { table, source })?;
        self.write_out()?;
        fs::rename(&self.incomplete, &self.path).map_err(|source| ExportError::File {
            action: "rename",
            path: self.incomplete.clone(),
            source,
        })?;
        Ok(Finished {
            rows: self.rows,
            bytes: self.bytes,
        })
    }

    /// Appends what was encoded to the file.
    fn write_out(&mut self) -> Result<(), ExportError> {
        let encoded = std::mem::take(self.writer.inner_mut());
        self.bytes += encoded.len() as u64;
        let file = OpenOptions::new().append(true).open(&self.incomplete);
        file.and_then(|mut file| file.write_all(&encoded))
            .map_err(|source| ExportError::File {
                action: "write",
                path: self.incomplete.clone(),
                source,
            })
    }
}

fn schema(table: &str, columns: &[&ColumnDefinition]) -> Result<TypePtr, ParquetError> {
    let fields = columns
        .iter()
        .map(|column| column.r#type.parquet(column.name, column.optional))
        .collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder(table)
        .with_fields(fields)
        .build()?;
    Ok(Arc::new(schema))
}

fn properties(
    table: &str,
    columns: &[&ColumnDefinition],
    compression_level: i32,
) -> Result<WriterPropertiesPtr, ParquetError> {
    let level = compression_level.clamp(1, HIGHEST_LEVEL);
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("peer-observer ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "peer_observer.table".to_owned(),
            table.to_owned(),
        )]))
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(level)?))
        // Of row groups, not of their pages: that is what readers skip.
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true);
    for column in columns.iter().filter(|column| column.r#type.grows()) {
        let path = ColumnPath::from(column.name);
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    Ok(Arc::new(properties.build()))
}
