//! Peers that break the rules, and are shown the door.

use anyhow::Result;
use lab::clock::Pace;
use testkit::{Peer, Transport};

use super::super::nodes::Nodes;
use super::visitor;

/// One more than a node takes (Core: `MAX_ADDR_TO_SEND`).
const TOO_MANY: u16 = 1001;

/// Of an entry of addrv2 with an IPv4 address: time, services, network, length,
/// address, port.
const ENTRY: [u8; 13] = [0, 0, 0, 0, 1, 1, 4, 23, 1, 2, 3, 0x20, 0x8d];

pub(super) async fn peers(nodes: &Nodes, pace: &Pace) -> Result<()> {
    let alice = &nodes.alice.node;
    let options = visitor(Transport::V1, "/Satoshi:26.0.0/", [127, 6, 6, 6], pace);
    let peer = Peer::connect_with(alice, options).await?;
    // It says three items and has not even one.
    peer.send_raw("inv", &[3, 1, 0, 0]).await?;
    peer.ping_pong_barrier().await?;
    // One header of zeros, and the number of its transactions.
    let header = [&[1][..], &[0; 81]].concat();
    peer.send_raw("headers", &header).await?;
    peer.wait_disconnect().await?;

    let options = visitor(Transport::V2, "/Satoshi:28.0.0/", [127, 6, 6, 7], pace);
    let peer = Peer::connect_with(alice, options).await?;
    let mut addresses = vec![0xfd];
    addresses.extend(TOO_MANY.to_le_bytes());
    addresses.extend(ENTRY.repeat(TOO_MANY.into()));
    peer.send_raw("addrv2", &addresses).await?;
    peer.wait_disconnect().await?;
    Ok(())
}
