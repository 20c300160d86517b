//! What can be set.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// The operator's settings, section `http` of the configuration.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Hosts besides loopback that may stand in `Host` and `Origin`: `name` for
    /// any port, `name:port` for that one.
    pub allowed_hosts: Vec<String>,
    /// Websocket clients at a time; more get 503.
    pub max_websockets: usize,
}

impl Default for WebSettings {
    /// Loopback, port 8480, no other hosts, 64 websockets.
    fn default() -> WebSettings {
        WebSettings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8480)),
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
