//! Why a node could not be found.

use std::io;
use std::path::PathBuf;

/// Something about a node could not be found out.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The data directory is not there.
    #[error(
        "there is no directory {path} ({source}); set `datadir` to the directory that \
         bitcoind uses (its -datadir=, ~/.bitcoin by default)",
        path = path.display()
    )]
    NoDatadir {
        /// The directory as it was given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the node or of the system may not be read.
    #[error(
        "cannot read {path}: {source}; run as the node's user, or join its group and make the \
         data directory readable for the group (chmod g+rx)",
        path = path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is far larger than such a file can be.
    #[error("{path} is larger than {limit_bytes} bytes; is it what it should be?", path = path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        limit_bytes: u64,
    },
    /// A user without a password, or a password without a user.
    #[error("`rpc_user` and `rpc_password_file` of {name} belong together: set both or none")]
    HalfCredentials {
        /// The node's name.
        name: String,
    },
    /// `bitcoin.conf` or the command line names a chain that we do not know.
    #[error(transparent)]
    UnknownChain(#[from] crate::UnknownChain),
}
