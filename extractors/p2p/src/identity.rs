//! Is it our node that has connected? We tell everybody who connects another
//! random token in our user agent, and look for it in our node's getpeerinfo.

use std::time::Duration;

use peer_observer_node::RpcError;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use crate::watched::Watched;

/// The RPC methods that this extractor calls, for `rpcwhitelist=` in
/// bitcoin.conf. It works without them, but cannot be sure of the node then.
pub const RPC_METHODS: [&str; 3] = ["getblockchaininfo", "getpeerinfo", "uptime"];

/// What all our user agents begin with.
const AGENT: &str = concat!("/peer-observer:", env!("CARGO_PKG_VERSION"), "(");

/// For so long a node is asked that does not know us, or does not answer: one
/// that has just started dials before its RPC server answers.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(250);

/// A node that could not be asked is asked again after so long...
const ASK_AGAIN: Duration = Duration::from_secs(10);
/// ...and one that refuses us, which writes a line into its log for each
/// attempt, after so long.
const ASK_AGAIN_AFTER_REFUSAL: Duration = Duration::from_secs(600);

/// What the node's getpeerinfo says of a connection.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It is our node's.
    Ours {
        /// Our id as a peer of the node.
        peer_id: u64,
        /// The user agents of all our connections that the node has.
        agents: Vec<String>,
    },
    /// The node has no such connection: it is another node's.
    Another,
    /// The node does not say.
    Unknown {
        /// Why not.
        why: String,
        /// When to ask again.
        ask_again: Duration,
    },
}

/// The part of getpeerinfo that we read.
#[derive(Deserialize)]
struct PeerRow {
    id: u64,
    #[serde(default)]
    subver: String,
    #[serde(default)]
    inbound: bool,
}

/// A user agent that nobody can guess.
pub(crate) fn new_agent() -> String {
    format!("{AGENT}{:016x})/", rand::random::<u64>())
}

/// Looks for our user agent among the node's peers. Takes at most [`PATIENCE`]
/// and one call.
pub(crate) async fn verify(watched: &Watched, agent: &str) -> Verdict {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let verdict = look(watched, agent).await;
        let is_final = match &verdict {
            Ok(verdict) => matches!(verdict, Verdict::Ours { .. }),
            Err(error) => is_refusal(error),
        };
        if is_final || Instant::now() + PAUSE >= deadline {
            return verdict.unwrap_or_else(unknown);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn is_refusal(error: &RpcError) -> bool {
    matches!(
        error,
        RpcError::Forbidden { .. } | RpcError::Unauthorized { .. }
    )
}

fn unknown(error: RpcError) -> Verdict {
    let ask_again = match is_refusal(&error) {
        true => ASK_AGAIN_AFTER_REFUSAL,
        false => ASK_AGAIN,
    };
    Verdict::Unknown {
        why: error.to_string(),
        ask_again,
    }
}

async fn look(watched: &Watched, agent: &str) -> Result<Verdict, RpcError> {
    let rpc = watched.now().await.rpc;
    let peers: Vec<PeerRow> = rpc.call_as("getpeerinfo", Value::Null).await?;
    // A peer that connects to the node with a copy of our user agent is inbound.
    let ours = |peer: &PeerRow| !peer.inbound && peer.subver.starts_with(AGENT);
    let peers: Vec<PeerRow> = peers.into_iter().filter(ours).collect();
    let found = peers.iter().find(|peer| peer.subver == agent);
    Ok(match found.map(|peer| peer.id) {
        Some(peer_id) => Verdict::Ours {
            peer_id,
            agents: peers.into_iter().map(|peer| peer.subver).collect(),
        },
        None => Verdict::Another,
    })
}
