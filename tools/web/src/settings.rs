//! What can be set.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::Token;

/// Where to listen. As text: `127.0.0.1:8480` or `unix:/run/peer-observer.sock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// Address and port; port 0 takes a free one.
    Tcp(SocketAddr),
    /// A socket in the file system, for the user and the group of this process.
    Unix(PathBuf),
}

impl Listen {
    /// Can only this machine's users get here?
    pub fn is_local(&self) -> bool {
        match self {
            Listen::Tcp(address) => address.ip().is_loopback(),
            Listen::Unix(_) => true,
        }
    }

    /// The address, where it is one.
    pub fn tcp(&self) -> Option<SocketAddr> {
        match self {
            Listen::Tcp(address) => Some(*address),
            Listen::Unix(_) => None,
        }
    }
}

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Listen {
        Listen::Tcp(address)
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listen::Tcp(address) => write!(formatter, "{address}"),
            Listen::Unix(path) => write!(formatter, "unix:{}", path.display()),
        }
    }
}

/// The text is neither an address with a port nor `unix:` with a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an IP address with port nor unix: with a path")]
pub struct WrongListen(String);

impl FromStr for Listen {
    type Err = WrongListen;

    fn from_str(text: &str) -> Result<Listen, WrongListen> {
        let wrong = || WrongListen(text.to_owned());
        match text.strip_prefix("unix:") {
            Some("") => Err(wrong()),
            Some(path) => Ok(Listen::Unix(path.into())),
            None => text.parse().map(Listen::Tcp).map_err(|_| wrong()),
        }
    }
}

/// The operator's settings, section `http` of the configuration.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// Where to listen.
    pub listen: Listen,
    /// What every client has to show, `/healthz` excepted; without it everybody
    /// is answered who can connect.
    pub token: Option<Token>,
    /// Hosts besides loopback that may stand in `Host` and `Origin`: `name` for
    /// any port, `name:port` for that one.
    pub allowed_hosts: Vec<String>,
    /// Websocket clients at a time; more get 503.
    pub max_websockets: usize,
}

impl Default for WebSettings {
    /// Loopback, port 8480, no token, no other hosts, 64 websockets.
    fn default() -> WebSettings {
        WebSettings {
            listen: Listen::Tcp((Ipv4Addr::LOCALHOST, 8480).into()),
            token: None,
            allowed_hosts: Vec::new(),
            max_websockets: 64,
        }
    }
}

/// How long the server is patient and how much it holds for one client. The
/// defaults are those that `docs/api.md` promises.
#[derive(Clone, Debug)]
pub struct Limits {
    /// HTTP connections at a time, websockets aside; one more closes the one
    /// that has been idle longest.
    pub connections: usize,
    /// How long a request's head may take to arrive; an idle connection is
    /// closed after this time too.
    pub request_head: Duration,
    /// How long a request may take, the reading of its reply included.
    pub request: Duration,
    /// How long a websocket client may take to say what it wants.
    pub first_request: Duration,
    /// How long a websocket client may take to read a frame.
    pub send: Duration,
    /// Time between the pings that a websocket client gets.
    pub ping: Duration,
    /// A websocket client that has sent nothing for so long is gone.
    pub silence: Duration,
    /// Events that may wait for one websocket client.
    pub queue_events: usize,
    /// Memory that the bodies of these events may hold, in bytes.
    pub queue_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 128,
            request_head: Duration::from_secs(10),
            request: Duration::from_secs(60),
            first_request: Duration::from_secs(10),
            send: Duration::from_secs(10),
            ping: Duration::from_secs(20),
            silence: Duration::from_secs(60),
            queue_events: 16_384,
            queue_bytes: 8 << 20,
        }
    }
}
