//! Why archives cannot be read.

use std::io;
use std::path::PathBuf;

use peer_observer_archive::OpenError;
use peer_observer_legacy_archive::LegacyError;

/// Why archives cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// A file or folder.
    #[error("cannot read {}: {error}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file of ours.
    #[error("cannot read {}: {error}", path.display())]
    Archive {
        /// Where.
        path: PathBuf,
        /// Why.
        error: OpenError,
    },
    /// A file of the existing system.
    #[error("cannot read {}: {error}", path.display())]
    Legacy {
        /// Where.
        path: PathBuf,
        /// Why.
        error: LegacyError,
    },
    /// A folder without archives.
    #[error("there is no archive in {}: their names end with .poar, .bin or .bin.zst", path.display())]
    NoArchives {
        /// The folder.
        path: PathBuf,
    },
    /// A file of the existing system cannot be verified.
    #[error("{} is an archive of the existing system: it has neither checksums nor sequences to verify", path.display())]
    NothingToVerify {
        /// The file.
        path: PathBuf,
    },
    /// More chains than can be merged.
    #[error("these are {chains} recordings, more than the {most} that can be read together")]
    TooMany {
        /// How many there are.
        chains: usize,
        /// How many there may be.
        most: usize,
    },
}
