//! Why nothing is recorded at the moment.

use std::io;
use std::path::Path;

use peer_observer_archive::WriteError;

/// Why nothing is recorded at the moment.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The disk is full, or as full as it may be.
    NoRoom,
    /// The file cannot be written.
    Failed(io::Error),
    /// The archive cannot be made of what there is.
    Other(String),
}

impl Trouble {
    pub(crate) fn of(error: WriteError) -> Trouble {
        use io::ErrorKind::{QuotaExceeded, StorageFull};
        match error {
            WriteError::Io(error) if matches!(error.kind(), StorageFull | QuotaExceeded) => {
                Trouble::NoRoom
            }
            WriteError::Io(error) => Trouble::Failed(error),
            error => Trouble::Other(error.to_string()),
        }
    }

    /// In the accounting: why events are dropped.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Trouble::NoRoom => "disk_full",
            Trouble::Failed(_) | Trouble::Other(_) => "write_failed",
        }
    }

    /// What is wrong with this folder, and what helps.
    pub(crate) fn text(&self, folder: &Path) -> String {
        let folder = folder.display();
        match self {
            Trouble::NoRoom => format!(
                "too little room on the disk of {folder}: events are dropped and counted until \
                 there is more; delete files, or see `keep_free` and `retain_bytes` in [archive]"
            ),
            Trouble::Failed(error) => {
                format!("cannot write into {folder} ({error}): events are dropped and counted")
            }
            Trouble::Other(error) => format!("{error}: events are dropped and counted"),
        }
    }
}
