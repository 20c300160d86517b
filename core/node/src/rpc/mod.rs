//! Access to a node's JSON-RPC server.

mod access;
mod client;
mod error;
mod reply;

pub use access::CredentialSource;
pub(crate) use access::bound_address;
pub use client::{RpcClient, RpcLimits};
pub use error::RpcError;
pub use reply::{rpc_request, rpc_result};
