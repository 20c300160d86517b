//! How a connection is made and what we say about ourselves.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use peer_observer_event::{
    Body, Network, NetworkAddress, SendAddrV2, Version, VersionAddress, WtxidRelay,
};

use crate::Transport;

/// The protocol version that we speak unless told otherwise: BIP339's. The
/// `feature` message needs 70017 (Core's FEATURE_VERSION).
pub const PROTOCOL_VERSION: i32 = 70016;

/// Everything about a connection that can be chosen.
#[derive(Clone, Debug)]
pub struct Options {
    /// What we speak. There is no falling back.
    pub transport: Transport,
    /// The network's [magic](crate::magic).
    pub magic: [u8; 4],
    /// The address to connect from, for instance 127.0.0.7; the system chooses
    /// one if absent.
    pub local_address: Option<IpAddr>,
    /// How long things may take.
    pub deadlines: Deadlines,
    /// Our version message.
    pub version: OurVersion,
    /// What is sent between version and verack, in this order. At first
    /// wtxidrelay and sendaddrv2; sendtxrcncl and feature can stand here too.
    pub before_verack: Vec<Body>,
}

impl Options {
    /// A well-behaved client without services that wants to hear everything.
    pub fn new(transport: Transport, magic: [u8; 4]) -> Self {
        Options {
            transport,
            magic,
            local_address: None,
            deadlines: Deadlines::default(),
            version: OurVersion::default(),
            before_verack: vec![
                Body::Wtxidrelay(WtxidRelay {}),
                Body::Sendaddrv2(SendAddrV2 {}),
            ],
        }
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// The TCP connection and the transport's own handshake, each.
    pub connect: Duration,
    /// The version handshake as a whole.
    pub handshake: Duration,
    /// The next message, from its first wait to its last byte.
    pub receive: Duration,
    /// One message to send.
    pub send: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Deadlines {
            connect: Duration::from_secs(10),
            handshake: Duration::from_secs(30),
            // A quiet peer pings every two minutes.
            receive: Duration::from_secs(150),
            send: Duration::from_secs(30),
        }
    }
}

/// What we say in our version message.
#[derive(Clone, Debug)]
pub struct OurVersion {
    /// The protocol version.
    pub protocol_version: i32,
    /// Service bits.
    pub services: u64,
    /// Our clock, in seconds since the epoch; the real time if absent.
    pub timestamp_unix_seconds: Option<i64>,
    /// Tells a node that it has connected to itself; random if absent.
    pub nonce: Option<u64>,
    /// User agent (BIP14), at most 256 bytes.
    pub user_agent: String,
    /// The height of our best block.
    pub start_height: i32,
    /// Do we want transaction announcements (BIP37)?
    pub relay: bool,
}

impl Default for OurVersion {
    fn default() -> Self {
        OurVersion {
            protocol_version: PROTOCOL_VERSION,
            services: 0,
            timestamp_unix_seconds: None,
            nonce: None,
            user_agent: concat!("/peer-observer:", env!("CARGO_PKG_VERSION"), "/").to_owned(),
            start_height: 0,
            relay: true,
        }
    }
}

impl OurVersion {
    /// The message for a peer.
    pub(crate) fn message(&self, peer: std::net::SocketAddr) -> Version {
        Version {
            version: self.protocol_version,
            services: self.services,
            timestamp_unix_seconds: self.timestamp_unix_seconds.unwrap_or_else(now_unix_seconds),
            receiver: Some(version_address(peer.ip(), peer.port())),
            // Core leaves its own address out as well.
            sender: Some(version_address(IpAddr::from([0_u8; 16]), 0)),
            nonce: Some(self.nonce.unwrap_or_else(rand::random)),
            user_agent: Some(self.user_agent.clone()),
            user_agent_bytes: None,
            start_height: Some(self.start_height),
            relay: Some(self.relay),
        }
    }
}

fn version_address(address: IpAddr, port: u16) -> VersionAddress {
    let (network, bytes) = match address.to_canonical() {
        IpAddr::V4(address) => (Network::Ipv4, address.octets().to_vec()),
        IpAddr::V6(address) => (Network::Ipv6, address.octets().to_vec()),
    };
    let address = NetworkAddress {
        network: network.into(),
        bytes: bytes.into(),
        bip155_network_id: None,
    };
    VersionAddress {
        services: 0,
        address: Some(address),
        port: port.into(),
    }
}

fn now_unix_seconds() -> i64 {
    // A clock before 1970 says 0.
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since_epoch.as_secs() as i64
}
