//! Why an RPC call gave no result.

use std::time::Duration;

use super::CredentialSource;

/// An RPC call that gave no result. The text says what to do where there is
/// something to do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RpcError {
    /// Nobody answers: the node does not run, or it listens elsewhere.
    #[error(
        "the RPC server at {address} cannot be reached ({reason}); does the node run with \
         server=1, and is this its address?"
    )]
    Unreachable {
        /// `host:port`.
        address: String,
        /// What the system said.
        reason: String,
    },
    /// The node did not answer in time.
    #[error("{method} got no answer from {address} within {after:?}")]
    Timeout {
        /// The method that was called.
        method: String,
        /// `host:port`.
        address: String,
        /// How long we waited.
        after: Duration,
    },
    /// The node does not take our user and password.
    #[error(
        "the RPC server at {address} refuses the credentials from {source_of_credentials}; \
         set `rpc_user` and `rpc_password_file` to an rpcauth user of bitcoin.conf, or \
         `rpc_cookie_file` to the cookie of this very node"
    )]
    Unauthorized {
        /// `host:port`.
        address: String,
        /// Where the refused credentials came from.
        source_of_credentials: CredentialSource,
    },
    /// We have no user and password to offer.
    #[error(
        "cannot read the RPC credentials from {source_of_credentials} ({reason}); run as the \
         node's user, start the node with rpccookieperms=group and join its group, or set \
         `rpc_user` and `rpc_password_file`"
    )]
    NoCredentials {
        /// Where they should be.
        source_of_credentials: CredentialSource,
        /// What the system said.
        reason: String,
    },
    /// The node refuses us this method (HTTP 403).
    #[error(
        "the node does not let us call {method}: add it to this user's rpcwhitelist= and our \
         address to rpcallowip= in bitcoin.conf"
    )]
    Forbidden {
        /// The method that was called.
        method: String,
    },
    /// The node has no such method: it is older or newer than the caller thinks.
    #[error("the node has no RPC method {method}")]
    NoSuchMethod {
        /// The method that was called.
        method: String,
    },
    /// The node is starting and does not answer calls yet (RPC_IN_WARMUP, -28).
    #[error("the node is starting: {message}")]
    StartingUp {
        /// What it is doing.
        message: String,
    },
    /// The node has too many calls waiting (HTTP 503), or is shutting down.
    #[error("the node takes no call now: {message}")]
    Busy {
        /// What it said.
        message: String,
    },
    /// The answer is larger than we let it be.
    #[error("the answer to {method} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The method that was called.
        method: String,
        /// The most that is read.
        limit_bytes: usize,
    },
    /// The answer is not one that an RPC server gives.
    #[error("the answer to {method} makes no sense (HTTP {status}, {reason}): {beginning:?}")]
    Garbage {
        /// The method that was called.
        method: String,
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        reason: String,
        /// Its first bytes.
        beginning: String,
    },
    /// The method failed.
    #[error("{method} failed: {message} (code {code})")]
    Rpc {
        /// The method that was called.
        method: String,
        /// Core's number for the error (`rpc/protocol.h`).
        code: i64,
        /// What the node said.
        message: String,
    },
    /// The configured address is none.
    #[error("{address:?} is no address of an RPC server: host:port is meant")]
    BadAddress {
        /// The address as it was given.
        address: String,
    },
}

impl RpcError {
    /// Is the node down or still starting, so that only waiting helps?
    pub fn is_node_away(&self) -> bool {
        matches!(
            self,
            RpcError::Unreachable { .. } | RpcError::StartingUp { .. }
        )
    }
}
