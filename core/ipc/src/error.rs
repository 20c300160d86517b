//! Why the node could not be asked, or gave no answer.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// A connection or a call that failed. The text says what, on which socket,
/// and what to do where there is something to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IpcError {
    /// There is no such file.
    #[error(
        "there is no IPC socket {path}; start the node as `bitcoin-node -ipcbind=unix` \
         (Bitcoin Core 31 or newer), or set `ipc_socket` to where its -ipcbind= puts the socket",
        path = path.display()
    )]
    NoSocket {
        /// The socket.
        path: PathBuf,
    },
    /// This user may not connect.
    #[error(
        "this user may not connect to the IPC socket {path}: it needs to write to the socket and \
         to pass its directories; run as the node's user, or join its group and let the group \
         write (chmod g+w {path})",
        path = path.display()
    )]
    PermissionDenied {
        /// The socket.
        path: PathBuf,
    },
    /// The file is there, but nobody listens.
    #[error(
        "nobody listens at the IPC socket {path}: the node has ended, or was started again \
         without -ipcbind=unix",
        path = path.display()
    )]
    Refused {
        /// The socket.
        path: PathBuf,
    },
    /// There is no connection for another reason.
    #[error("cannot connect to the IPC socket {path}: {reason}", path = path.display())]
    CannotConnect {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Who listens there does not speak the protocol.
    #[error(
        "what listens at {path} is not a node's IPC interface ({reason}); set `ipc_socket` to the \
         socket of `bitcoin-node -ipcbind=unix`",
        path = path.display()
    )]
    NotIpc {
        /// The socket.
        path: PathBuf,
        /// What it did instead.
        reason: String,
    },
    /// The connection has ended: the node has, or has closed it.
    #[error("the node has closed the IPC connection at {path} ({reason})", path = path.display())]
    Disconnected {
        /// The socket.
        path: PathBuf,
        /// How it ended.
        reason: String,
    },
    /// The node has another version: it does not know the method.
    #[error(
        "the node's IPC interface lacks {method}, which Bitcoin Core has since version {since}"
    )]
    Lacks {
        /// Interface and method.
        method: &'static str,
        /// The first major version with it.
        since: u32,
    },
    /// The node is shutting down and must not be asked for anything more.
    #[error("the node is stopping")]
    Stopping,
    /// There was no answer in time.
    #[error("{method} got no answer over IPC within {after:?}")]
    Timeout {
        /// Interface and method.
        method: &'static str,
        /// How long we waited.
        after: Duration,
    },
    /// So many calls wait for their answers that no other is made.
    #[error("{waiting} calls over IPC wait for their answers: the node is stuck")]
    Stuck {
        /// How many calls wait.
        waiting: usize,
    },
    /// The answer is larger than we let it be.
    #[error("the answer to {method} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// Interface and method.
        method: &'static str,
        /// The most that is taken.
        limit_bytes: usize,
    },
    /// The answer is none that this method gives.
    #[error("the answer to {method} makes no sense: {reason}")]
    Garbage {
        /// Interface and method.
        method: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The node failed to do it.
    #[error("{method} failed in the node: {reason}")]
    Failed {
        /// Interface and method.
        method: &'static str,
        /// What the node said.
        reason: String,
    },
    /// This machine has no thread left to speak to the node from.
    #[error("cannot start a thread for the IPC connection: {reason}")]
    NoThread {
        /// What the system said.
        reason: String,
    },
}

impl IpcError {
    /// A word for it, as the accounting has it.
    pub fn word(&self) -> &'static str {
        match self {
            IpcError::NoSocket { .. } => "no_socket",
            IpcError::PermissionDenied { .. } => "permission_denied",
            IpcError::Refused { .. } | IpcError::CannotConnect { .. } => "unreachable",
            IpcError::NotIpc { .. } | IpcError::Garbage { .. } => "garbage",
            IpcError::Disconnected { .. } => "disconnected",
            IpcError::Lacks { .. } => "unknown_method",
            IpcError::Stopping => "stopping",
            IpcError::Timeout { .. } => "timeout",
            IpcError::Stuck { .. } => "busy",
            IpcError::TooLarge { .. } => "too_large",
            IpcError::Failed { .. } => "failed",
            IpcError::NoThread { .. } => "no_thread",
        }
    }

    /// What the system said to an attempt to connect.
    pub(crate) fn connecting(path: PathBuf, error: &io::Error) -> IpcError {
        match error.kind() {
            io::ErrorKind::NotFound => IpcError::NoSocket { path },
            io::ErrorKind::PermissionDenied => IpcError::PermissionDenied { path },
            io::ErrorKind::ConnectionRefused => IpcError::Refused { path },
            _ => IpcError::CannotConnect {
                path,
                reason: error.to_string(),
            },
        }
    }
}

/// Of what the node says about a failure, this much is kept.
const SHOWN_CHARACTERS: usize = 300;

/// What the other side said, fit for a line of a log.
pub(crate) fn shown(text: &str) -> String {
    let one_line = text.chars().map(|character| match character.is_control() {
        true => ' ',
        false => character,
    });
    one_line.take(SHOWN_CHARACTERS).collect()
}
