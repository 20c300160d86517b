//! The folder that a recorder writes into.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock, statvfs};

/// Keeps the recorder's number; locked while it records.
const MARK: &str = ".recorder";

/// A folder that this process alone records into.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// The random number that stands in all files that were recorded here.
    recorder: u64,
    /// Holds the lock.
    _mark: File,
}

/// Why a folder cannot be recorded into.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It is not there and cannot be made.
    #[error("the archive's folder {} cannot be made: {error}", path.display())]
    Make {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Nothing can be written there.
    #[error("nothing can be written into the archive's folder {}: {error}", path.display())]
    Write {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Somebody else records there.
    #[error("another recorder writes into the archive's folder {}", path.display())]
    Taken {
        /// The folder.
        path: PathBuf,
    },
}

impl Folder {
    /// Makes the folder where it is missing, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Folder, FolderError> {
        let at = || path.to_owned();
        fs::create_dir_all(path).map_err(|error| FolderError::Make { path: at(), error })?;
        let failed = |error| FolderError::Write { path: at(), error };
        let mut mark = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path.join(MARK))
            .map_err(failed)?;
        match flock(&mark, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(FolderError::Taken { path: at() }),
            Err(error) => return Err(failed(error.into())),
        }
        let recorder = number(&mut mark).map_err(failed)?;
        Ok(Folder {
            path: path.to_owned(),
            recorder,
            _mark: mark,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn recorder(&self) -> u64 {
        self.recorder
    }

    /// Bytes that may still be written here.
    pub(crate) fn free_bytes(&self) -> io::Result<u64> {
        let status = statvfs(&self.path)?;
        Ok(status.f_bavail.saturating_mul(status.f_frsize))
    }

    /// After this the names of the files are on the disk too.
    pub(crate) fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

/// The number in the mark; a new one where there is none.
fn number(mark: &mut File) -> io::Result<u64> {
    let mut text = String::new();
    mark.take(64).read_to_string(&mut text)?;
    if let Some(number) = u64::from_str_radix(text.trim(), 16)
        .ok()
        .filter(|number| *number > 0)
    {
        return Ok(number);
    }
    // 0 would mean that nobody recorded it.
    let number = rand::random_range(1..=u64::MAX);
    mark.set_len(0)?;
    writeln!(mark, "{number:016x}")?;
    mark.sync_all()?;
    Ok(number)
}
