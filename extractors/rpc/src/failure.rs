//! Why a call gave no event.

use peer_observer_node::RpcError;

use crate::method::Misread;

/// Why a call gave no event.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallFailure {
    /// There was no result.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// The result is not what this method answers.
    #[error("the reply makes no sense: {0}")]
    Misread(#[from] Misread),
}

impl CallFailure {
    /// The reason in the accounting.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            CallFailure::Rpc(error) => reason(error),
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
        matches!(self, CallFailure::Rpc(RpcError::Timeout { .. }))
    }

    /// Could it be that the node is gone?
    pub(crate) fn doubts_the_node(&self) -> bool {
        let CallFailure::Rpc(error) = self else {
            return false;
        };
        !is_answer(error)
    }
}

/// Has a working node said this?
pub(crate) fn is_answer(error: &RpcError) -> bool {
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

/// A word for the error.
pub(crate) fn reason(error: &RpcError) -> &'static str {
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
