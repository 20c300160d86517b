//! Why a call gave no event.

use peer_observer_ipc::IpcError;
use peer_observer_node::RpcError;

use crate::method::Misread;

/// Why a call gave no event.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallFailure {
    /// There was no result.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// There was none over IPC.
    #[error(transparent)]
    Ipc(#[from] IpcError),
    /// IPC is wanted, and the node has another kind of it.
    #[error(
        "the node's -ipcbind={address} is no Unix socket; start it as `bitcoin-node \
         -ipcbind=unix`, or set `rpc.transport` to \"http\""
    )]
    NoUnixSocket {
        /// What the node was told.
        address: String,
    },
    /// The result is not what this method answers.
    #[error("the reply makes no sense: {0}")]
    Misread(#[from] Misread),
}

impl CallFailure {
    /// The reason in the accounting.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            CallFailure::Rpc(error) => reason(error),
            CallFailure::Ipc(error) => ipc_reason(error),
            CallFailure::NoUnixSocket { .. } => "bad_address",
            CallFailure::Misread(_) => "garbage",
        }
    }

    /// Will the node refuse this method tomorrow as well, until somebody
    /// changes its configuration or its version?
    pub(crate) fn is_refusal(&self) -> bool {
        let CallFailure::Rpc(error) = self else {
            return false;
        };
        matches!(
            error,
            RpcError::Forbidden { .. } | RpcError::NoSuchMethod { .. }
        )
    }

    /// Has the node not answered in time?
    pub(crate) fn is_timeout(&self) -> bool {
        matches!(
            self,
            CallFailure::Rpc(RpcError::Timeout { .. }) | CallFailure::Ipc(IpcError::Timeout { .. })
        )
    }

    /// Could it be that the node is gone?
    pub(crate) fn doubts_the_node(&self) -> bool {
        !self.is_answer()
    }

    /// Has a working node said this?
    pub(crate) fn is_answer(&self) -> bool {
        match self {
            CallFailure::Rpc(error) => is_answer(error),
            CallFailure::Ipc(error) => matches!(error, IpcError::TooLarge { .. }),
            CallFailure::NoUnixSocket { .. } => false,
            CallFailure::Misread(_) => true,
        }
    }
}

fn is_answer(error: &RpcError) -> bool {
    match error {
        RpcError::Forbidden { .. }
        | RpcError::NoSuchMethod { .. }
        | RpcError::Busy { .. }
        | RpcError::TooLarge { .. }
        | RpcError::Rpc { .. } => true,
        RpcError::Unreachable { .. }
        | RpcError::Timeout { .. }
        | RpcError::Unauthorized { .. }
        | RpcError::NoCredentials { .. }
        | RpcError::StartingUp { .. }
        | RpcError::Garbage { .. }
        | RpcError::BadAddress { .. } => false,
    }
}

/// The same words as over HTTP.
fn ipc_reason(error: &IpcError) -> &'static str {
    match error {
        IpcError::NoSocket { .. }
        | IpcError::Refused { .. }
        | IpcError::CannotConnect { .. }
        | IpcError::NotIpc { .. }
        | IpcError::Disconnected { .. }
        | IpcError::Stopping
        | IpcError::NoThread { .. } => "unreachable",
        IpcError::PermissionDenied { .. } => "unauthorized",
        IpcError::Lacks { .. } => "unknown_method",
        IpcError::Timeout { .. } => "timeout",
        IpcError::Stuck { .. } => "busy",
        IpcError::TooLarge { .. } => "too_large",
        IpcError::Garbage { .. } => "garbage",
        IpcError::Failed { .. } => "failed",
    }
}

/// A word for the error.
fn reason(error: &RpcError) -> &'static str {
    match error {
        RpcError::Unreachable { .. } => "unreachable",
        RpcError::Timeout { .. } => "timeout",
        RpcError::Unauthorized { .. } => "unauthorized",
        RpcError::NoCredentials { .. } => "no_credentials",
        RpcError::Forbidden { .. } => "refused",
        RpcError::NoSuchMethod { .. } => "unknown_method",
        RpcError::StartingUp { .. } => "starting",
        RpcError::Busy { .. } => "busy",
        RpcError::TooLarge { .. } => "too_large",
        RpcError::Garbage { .. } => "garbage",
        RpcError::Rpc { .. } => "failed",
        RpcError::BadAddress { .. } => "bad_address",
    }
}
