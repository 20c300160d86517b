//! The version handshake.

use peer_observer_event::{Body, Verack, Version};
use tokio::time::timeout;

use crate::{Connection, MAX_PAYLOAD_BYTES, Options, P2pError, Received};

/// A peer that sends more messages than this before its verack will not get
/// to it. Core sends four.
const MAX_MESSAGES_BEFORE_VERACK: usize = 32;

/// The largest payload during the handshake, in bytes. A version message has at
/// most some 350; what comes before verack is kept.
const MAX_HANDSHAKE_PAYLOAD_BYTES: usize = 16 * 1024;

/// Which side begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// We connected.
    Initiator,
    /// We were connected to.
    Responder,
}

pub(crate) async fn handshake(
    connection: &mut Connection,
    options: &Options,
) -> Result<(Version, Vec<Received>), P2pError> {
    let limit = options.deadlines.handshake;
    connection.reader().set_limit(MAX_HANDSHAKE_PAYLOAD_BYTES);
    match timeout(limit, exchange(connection, options)).await {
        Ok(result) => {
            connection.reader().set_limit(MAX_PAYLOAD_BYTES);
            result
        }
        Err(_) => Err(P2pError::Deadline {
            what: "the version handshake",
            limit,
        }),
    }
}

async fn exchange(
    connection: &mut Connection,
    options: &Options,
) -> Result<(Version, Vec<Received>), P2pError> {
    let our_version = options.version.message(connection.peer_address());
    let our_version = Body::Version(Box::new(our_version));
    if connection.side() == Side::Initiator {
        connection.send(&our_version).await?;
    }
    let their_version = their_version(connection.reader().receive_without_deadline().await?)?;
    if connection.side() == Side::Responder {
        connection.send(&our_version).await?;
    }
    for body in &options.before_verack {
        connection.send(body).await?;
    }
    connection.send(&Body::Verack(Verack {})).await?;

    let mut before_verack = Vec::new();
    loop {
        let received = connection.reader().receive_without_deadline().await?;
        if matches!(received.body, Body::Verack(_)) {
            return Ok((their_version, before_verack));
        }
        if before_verack.len() == MAX_MESSAGES_BEFORE_VERACK {
            let problem = format!("more than {MAX_MESSAGES_BEFORE_VERACK} messages, no verack");
            return Err(P2pError::Handshake(problem));
        }
        before_verack.push(received);
    }
}

fn their_version(received: Received) -> Result<Version, P2pError> {
    match received.body {
        Body::Version(version) => Ok(*version),
        Body::Undecodable(undecodable) => {
            let problem = format!("the peer's first message: {}", undecodable.error);
            Err(P2pError::Handshake(problem))
        }
        _ => {
            let problem = format!(
                "the peer began with {:?} instead of version",
                received.command
            );
            Err(P2pError::Handshake(problem))
        }
    }
}
