//! What all tables share while they write: the folder, the options, what is
//! buffered and what was written.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{ExportError, ExportSummary, ParquetOptions};

/// The folder of the export.
pub(crate) struct Output {
    directory: PathBuf,
    pub(crate) options: ParquetOptions,
    /// Memory of all rows that are not written yet, in bytes.
    pub(crate) buffered_bytes: usize,
    pub(crate) summary: ExportSummary,
    /// Files begun. Each takes its number into its name.
    files: u32,
}

impl Output {
    /// # Errors
    /// When the folder is not empty or cannot be made.
    pub(crate) fn create(directory: &Path, options: ParquetOptions) -> Result<Output, ExportError> {
        create_directory(directory)?;
        let mut entries = fs::read_dir(directory).map_err(|source| ExportError::File {
            action: "read the folder",
            path: directory.to_owned(),
            source,
        })?;
        if entries.next().is_some() {
            return Err(ExportError::NotEmpty(directory.to_owned()));
        }
        Ok(Output {
            directory: directory.to_owned(),
            options,
            buffered_bytes: 0,
            summary: ExportSummary::default(),
            files: 0,
        })
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The number of a new file.
    pub(crate) fn next_file(&mut self) -> Result<u32, ExportError> {
        if self.files >= self.options.most_files {
            return Err(ExportError::TooManyFiles(self.options.most_files));
        }
        self.files += 1;
        Ok(self.files - 1)
    }
}

pub(crate) fn create_directory(path: &Path) -> Result<(), ExportError> {
    fs::create_dir_all(path).map_err(|source| ExportError::File {
        action: "create the folder",
        path: path.to_owned(),
        source,
    })
}
