//! What can be chosen for an export to Parquet.

/// How an export to Parquet is done. The defaults suit archives of any size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParquetOptions {
    /// zstd's level, 1 to 22; others are the nearest of these.
    pub compression_level: i32,
    /// Rows that a row group of a file has at most, at least 1. DuckDB reads
    /// row groups in parallel, and skips those that cannot hold what is looked for.
    pub row_group_rows: usize,
    /// Memory for rows that are not written yet, in bytes. When they take more,
    /// the table with the most of them writes a row group early.
    pub memory_bytes: usize,
    /// Files that the export makes at most.
    pub most_files: u32,
}

impl Default for ParquetOptions {
    fn default() -> ParquetOptions {
        ParquetOptions {
            compression_level: 3,
            // What DuckDB itself writes.
            row_group_rows: 122_880,
            memory_bytes: 256 << 20,
            most_files: 100_000,
        }
    }
}
