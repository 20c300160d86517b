//! `[[node]]`: a node to watch.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER_PERMISSIVE;
use peer_observer_event::NodeLabels;
use peer_observer_node::{Chain, NodeSettings, RpcSettings};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::ConfigError;

/// `[[node]]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NodeConfig {
    /// The name that the node has in every event.
    pub(crate) name: Spanned<NodeName>,
    /// What the operator says of it: role, region.
    #[serde(default)]
    pub(crate) labels: NodeLabels,
    /// What bitcoind has as -datadir.
    pub(crate) datadir: Spanned<PathBuf>,
    /// Found from `datadir` when absent.
    pub(crate) chain: Option<Chain>,
    /// Found from `datadir` when absent.
    pub(crate) pid_file: Option<PathBuf>,
    /// Found from `datadir` when absent.
    pub(crate) rpc_address: Option<RpcAddress>,
    /// The cookie is used when absent.
    pub(crate) rpc_user: Option<Spanned<String>>,
    /// The password of `rpc_user`, in the file's first line.
    pub(crate) rpc_password_file: Option<Spanned<PathBuf>>,
    /// Found from `datadir` when absent.
    pub(crate) rpc_cookie_file: Option<PathBuf>,
    /// Found from `datadir` when absent; `-` is standard input.
    pub(crate) debug_log: Option<PathBuf>,
    /// Where the node dials us; no P2P connection when absent.
    pub(crate) p2p_listen: Option<Spanned<SocketAddr>>,
    /// Found from the node's settings when absent.
    pub(crate) signet_challenge: Option<Script>,
    /// Found from `datadir` when absent.
    pub(crate) ipc_socket: Option<PathBuf>,
}

impl NodeConfig {
    /// A node of which only the data directory is said.
    pub(crate) fn at(name: &str, datadir: &Path) -> NodeConfig {
        NodeConfig {
            name: Spanned::new(0..0, NodeName(name.to_owned())),
            labels: NodeLabels::default(),
            datadir: Spanned::new(0..0, datadir.to_owned()),
            chain: None,
            pid_file: None,
            rpc_address: None,
            rpc_user: None,
            rpc_password_file: None,
            rpc_cookie_file: None,
            debug_log: None,
            p2p_listen: None,
            signet_challenge: None,
            ipc_socket: None,
        }
    }

    /// The same node elsewhere.
    pub(crate) fn set_datadir(&mut self, datadir: &Path) {
        self.datadir = Spanned::new(0..0, datadir.to_owned());
    }

    /// As the extractors want it.
    pub(crate) fn settings(&self) -> NodeSettings {
        NodeSettings {
            name: self.name.get_ref().0.clone(),
            labels: self.labels.clone(),
            datadir: self.datadir.get_ref().clone(),
            chain: self.chain,
            pid_file: self.pid_file.clone(),
            rpc: RpcSettings {
                address: self.rpc_address.clone().map(String::from),
                user: self.rpc_user.as_ref().map(|user| user.get_ref().clone()),
                password_file: self
                    .rpc_password_file
                    .as_ref()
                    .map(|file| file.get_ref().clone()),
                cookie_file: self.rpc_cookie_file.clone(),
            },
        }
    }
}

/// What no single value shows: names given twice, files that are not there.
pub(super) fn check(nodes: &[NodeConfig], file: &Path, text: &str) -> Result<(), ConfigError> {
    let fail = |span: Range<usize>, message: String| ConfigError::at(file, text, span, message);
    let mut names = HashMap::new();
    let mut listeners = HashSet::new();
    for node in nodes {
        let name = &node.name.get_ref().0;
        if names.insert(name, ()).is_some() {
            let message = format!("there is another node `{name}`; give each its own name");
            return Err(fail(node.name.span(), message));
        }
        if let Some(listen) = &node.p2p_listen
            && !listeners.insert(*listen.get_ref())
        {
            let message = "another node has this `p2p_listen`; give each its own port";
            return Err(fail(listen.span(), message.to_owned()));
        }
        let datadir = node.datadir.get_ref();
        if !datadir.is_dir() {
            let shown = datadir.display();
            let message = format!(
                "there is no directory {shown}; `datadir` is what bitcoind has as -datadir, \
                 usually ~/.bitcoin written out in full"
            );
            return Err(fail(node.datadir.span(), message));
        }
        match (&node.rpc_user, &node.rpc_password_file) {
            (Some(user), None) => {
                let message = "`rpc_user` needs `rpc_password_file`, a file with the password";
                return Err(fail(user.span(), message.to_owned()));
            }
            (None, Some(password)) => {
                let message = "`rpc_password_file` needs `rpc_user`, the user it belongs to";
                return Err(fail(password.span(), message.to_owned()));
            }
            (_, Some(password)) if !password.get_ref().is_file() => {
                let shown = password.get_ref().display();
                let message = format!("there is no file {shown}; put the password into it");
                return Err(fail(password.span(), message));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A node's name: 1 to 32 of `a-z0-9_-`, so that it can be a label, a file
/// name and part of an address without escaping.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct NodeName(String);

impl TryFrom<String> for NodeName {
    type Error = String;

    fn try_from(text: String) -> Result<NodeName, String> {
        let letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        if (1..=32).contains(&text.len()) && text.bytes().all(letter) {
            return Ok(NodeName(text));
        }
        Err(format!(
            "`{text}` is no name; use 1 to 32 of the characters a-z, 0-9, `_` and `-`"
        ))
    }
}

impl From<NodeName> for String {
    fn from(name: NodeName) -> String {
        name.0
    }
}

/// `host:port` of an RPC server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct RpcAddress(String);

impl TryFrom<String> for RpcAddress {
    type Error = String;

    fn try_from(text: String) -> Result<RpcAddress, String> {
        let host_and_port = |text: &str| {
            let (host, port) = text.rsplit_once(':')?;
            let good = !host.is_empty() && !host.contains(['/', ':', '@', ' ']);
            (good && port.parse::<u16>().is_ok_and(|port| port > 0)).then_some(())
        };
        if text.parse::<SocketAddr>().is_ok() || host_and_port(&text).is_some() {
            return Ok(RpcAddress(text));
        }
        Err(format!(
            "`{text}` is no address; write host and port, such as \"127.0.0.1:8332\""
        ))
    }
}

impl From<RpcAddress> for String {
    fn from(address: RpcAddress) -> String {
        address.0
    }
}

/// A script in hex.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Script(Vec<u8>);

/// Scripts that can be spent are not longer (Core: MAX_SCRIPT_SIZE), in bytes.
const LONGEST_SCRIPT: usize = 10_000;

impl TryFrom<String> for Script {
    type Error = String;

    fn try_from(text: String) -> Result<Script, String> {
        match HEXLOWER_PERMISSIVE.decode(text.as_bytes()) {
            Ok(script) if (1..=LONGEST_SCRIPT).contains(&script.len()) => Ok(Script(script)),
            _ => Err(
                "this is no script; write what the node has as -signetchallenge, in hex".to_owned(),
            ),
        }
    }
}

impl From<Script> for String {
    fn from(script: Script) -> String {
        HEXLOWER_PERMISSIVE.encode(&script.0)
    }
}

impl From<Script> for Vec<u8> {
    fn from(script: Script) -> Vec<u8> {
        script.0
    }
}
