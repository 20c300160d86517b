//! What somebody has to say about a node, and what they may say.

use std::path::PathBuf;

use peer_observer_event::NodeLabels;
use serde::{Deserialize, Serialize};

use crate::Chain;

/// A node as its operator names it. Only name and data directory are needed;
/// the rest is found from there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeSettings {
    /// The name that the node has in every event.
    pub name: String,
    /// What the operator says of it: role, region.
    #[serde(default)]
    pub labels: NodeLabels,
    /// The directory that `bitcoind -datadir=` has (usually `~/.bitcoin`), not
    /// a chain's subdirectory of it.
    pub datadir: PathBuf,
    /// The chain, where it cannot be found.
    #[serde(default)]
    pub chain: Option<Chain>,
    /// Where the node writes its process id, if not to `bitcoind.pid` in the
    /// chain's directory.
    #[serde(default)]
    pub pid_file: Option<PathBuf>,
    /// How to reach the RPC server, where that cannot be found.
    #[serde(default)]
    pub rpc: RpcSettings,
}

impl NodeSettings {
    /// A node of which nothing has to be said but where it is.
    pub fn new(name: impl Into<String>, datadir: impl Into<PathBuf>) -> NodeSettings {
        NodeSettings {
            name: name.into(),
            labels: NodeLabels::default(),
            datadir: datadir.into(),
            chain: None,
            pid_file: None,
            rpc: RpcSettings::default(),
        }
    }
}

/// How to reach a node's RPC server. What is absent is found from
/// `bitcoin.conf` and the running process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RpcSettings {
    /// `host:port`.
    pub address: Option<String>,
    /// The user to authenticate as; needs `password_file`.
    pub user: Option<String>,
    /// A file with the user's password in its first line.
    pub password_file: Option<PathBuf>,
    /// The cookie that the node writes at its start (`.cookie`).
    pub cookie_file: Option<PathBuf>,
}
