//! What is known of a node: where its files are, which chain it runs, which
//! process it is and since when, and how to speak to its RPC server.
//!
//! Everything is found from the data directory: [`Node::locate`] reads
//! `bitcoin.conf` as Bitcoin Core does, and the command line of the running
//! process where that is visible.

mod chain;
mod command_line;
mod config_file;
mod debug_log;
mod error;
mod ipc_socket;
mod lock_holder;
mod node;
mod options;
mod process;
mod rpc;
mod settings;
mod unseen;

pub use chain::{Chain, UnknownChain};
pub use debug_log::DebugLog;
pub use error::NodeError;
pub use ipc_socket::IpcSocket;
pub use node::Node;
pub use options::OptionSource;
pub use process::{Process, Start};
pub use rpc::{CredentialSource, RpcClient, RpcError, RpcLimits, rpc_request, rpc_result};
pub use settings::{NodeSettings, RpcSettings};
pub use unseen::Unseen;
