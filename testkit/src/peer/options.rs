//! How a test peer connects and behaves.

use peer_observer_p2p::{Options, Transport, magic};

/// How a [`Peer`](super::Peer) connects and behaves.
#[derive(Clone, Debug)]
pub struct PeerOptions {
    /// Transport, version message, what is sent before verack, deadlines.
    pub connection: Options,
    /// Are pings answered?
    pub answer_pings: bool,
}

impl PeerOptions {
    /// A well-behaved client on regtest.
    pub fn new(transport: Transport) -> PeerOptions {
        PeerOptions {
            connection: Options::new(transport, magic::REGTEST),
            answer_pings: true,
        }
    }

    /// The same with another user agent.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> PeerOptions {
        self.connection.version.user_agent = user_agent.into();
        self
    }

    /// The same without answers to pings.
    pub fn without_pongs(mut self) -> PeerOptions {
        self.answer_pings = false;
        self
    }
}
