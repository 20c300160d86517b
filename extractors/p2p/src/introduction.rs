//! From an accepted connection to one of which we know whose it is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use peer_observer_event::{Body, SendAddrV2, Version, WtxidRelay};
use peer_observer_p2p::{Connection, Deadlines, Options, P2pError, Transport};
use tokio::net::TcpStream;

use crate::P2pExtractorSettings;
use crate::best_block::{self, BlockHash};
use crate::clock::Moment;
use crate::identity::{self, Verdict};
use crate::life::Life;
use crate::network::magic_of;
use crate::watched::Watched;

/// NODE_WITNESS, and not NODE_NETWORK: a node takes a peer with that for one
/// that can give it blocks, and while it is far behind may ask only this one
/// for headers. A node keeps a manual connection (`-addnode`) without it.
const SERVICES: u64 = 1 << 3;

const DEADLINES: Deadlines = Deadlines {
    connect: Duration::from_secs(10),
    // A node that is busy takes its time; it is when it is most interesting.
    handshake: Duration::from_secs(30),
    // The conversation has its own, which goes on over its other work.
    receive: Duration::from_secs(60 * 60),
    send: Duration::from_secs(30),
};

/// What receiving a connection needs.
pub(crate) struct Reception {
    pub(crate) watched: Watched,
    pub(crate) settings: P2pExtractorSettings,
}

/// A connection with the handshake done.
pub(crate) struct Introduced {
    pub(crate) connection: Connection,
    /// What we called ourselves.
    pub(crate) agent: String,
    /// The other side's version message.
    pub(crate) version: Version,
    pub(crate) accepted: Moment,
    /// When its verack was there.
    pub(crate) ready: Moment,
    /// Not [`Verdict::Another`].
    pub(crate) verdict: Verdict,
    pub(crate) best_block: Option<BlockHash>,
    pub(crate) life: Life,
}

/// Why a connection was not taken.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It broke, timed out, or spoke nonsense.
    Failed(P2pError),
    /// It is not from our node, but from this address.
    AnotherNode(SocketAddr),
}

/// Shakes hands and finds out whose connection it is. Sets `greeted` when the
/// hands are shaken. Ends in bounded time whatever the other side does.
pub(crate) async fn introduce(
    stream: TcpStream,
    reception: Arc<Reception>,
    greeted: Arc<AtomicBool>,
) -> Result<Introduced, Refusal> {
    let accepted = Moment::now();
    let settings = &reception.settings;
    let found = reception.watched.now().await;
    let magic = magic_of(&found.node, settings.signet_challenge.as_deref());
    let agent = identity::new_agent();
    let options = options(magic, agent.clone(), settings);
    let (connection, version) = shake_hands(stream, &options)
        .await
        .map_err(Refusal::Failed)?;
    let ready = Moment::now();
    greeted.store(true, Ordering::Relaxed);

    let verdict = identity::verify(&reception.watched, &agent).await;
    // The node may have been found anew meanwhile.
    let found = reception.watched.now().await;
    let best_block = match &verdict {
        Verdict::Another => return Err(Refusal::AnotherNode(connection.peer_address())),
        Verdict::Ours { .. } if settings.blocks => best_block::ask(&found.rpc).await,
        Verdict::Ours { .. } | Verdict::Unknown { .. } => None,
    };
    let life = Life::of(&found).await;
    Ok(Introduced {
        connection,
        agent,
        version,
        accepted,
        ready,
        verdict,
        best_block,
        life,
    })
}

async fn shake_hands(
    stream: TcpStream,
    options: &Options,
) -> Result<(Connection, Version), P2pError> {
    let mut connection = Connection::accept_any(stream, options).await?;
    let version = connection.handshake(options).await?;
    Ok((connection, version))
}

/// What we say of ourselves. What is not measured is not asked for.
fn options(magic: [u8; 4], agent: String, settings: &P2pExtractorSettings) -> Options {
    let mut options = Options::new(Transport::V2, magic);
    options.deadlines = DEADLINES;
    options.version.services = SERVICES;
    options.version.user_agent = agent;
    options.version.relay = settings.inventory;
    options.before_verack = Vec::new();
    if settings.inventory {
        options.before_verack.push(Body::Wtxidrelay(WtxidRelay {}));
    }
    if settings.addresses {
        options.before_verack.push(Body::Sendaddrv2(SendAddrV2 {}));
    }
    options
}
