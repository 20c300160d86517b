//! What can go wrong.

use std::io;
use std::path::PathBuf;

use parquet::errors::ParquetError;

/// Why an export cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Files of another export would be mixed with those of this one.
    #[error("{0} is not empty; export into a new or empty folder")]
    NotEmpty(PathBuf),
    /// A folder or file cannot be made, read or written.
    #[error("cannot {action} {path}")]
    File {
        /// What was tried: `create`, `write`, ...
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Rows cannot be written in Parquet's format.
    #[error("cannot write rows of the table {table}")]
    Rows {
        /// The table.
        table: &'static str,
        /// Why not.
        source: ParquetError,
    },
    /// There are more nodes or days than fit a folder each.
    #[error(
        "the export would have more than {0} files: each table has one for each node and day; \
         export fewer nodes or a shorter time at once"
    )]
    TooManyFiles(u32),
    /// A line of JSON cannot be written.
    #[error("cannot write a line of JSON")]
    Line(#[source] io::Error),
}
