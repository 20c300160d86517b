//! What happens to the nodes beside their ordinary day.

mod addresses;
mod blocks;
mod misbehaving;
mod pings;
mod spies;
mod transactions;

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Context, Result};
use lab::clock::Pace;
use testkit::{PeerOptions, Transport};

use super::nodes::Nodes;

/// The minutes below are those of a recording of two hours; others are scaled.
const MINUTES: u64 = 120;

/// Service bits (BIP144).
const NETWORK_AND_WITNESS: u64 = 1 | 1 << 3;

/// What happens.
#[derive(Clone, Copy)]
enum Incident {
    SilentPeer,
    Spies,
    PingFlood,
    AddressFlood,
    UnknownTransactions,
    Reorganisation,
    Misbehaving,
    Churn,
}

#[rustfmt::skip]
const TIMETABLE: [(u64, Incident, &str); 8] = [
    (8, Incident::SilentPeer, "a peer of carol answers no ping; after 20 minutes carol hangs up"),
    (15, Incident::Spies, "alice: 40 connections a minute from three subnets for 4 minutes, which only listen"),
    (32, Incident::PingFlood, "bob: 300 pings from one peer within a minute"),
    (45, Incident::AddressFlood, "alice: 600 addresses from one peer within 2 minutes"),
    (58, Incident::UnknownTransactions, "bob mines a block with transactions that nobody else has: alice and carol ask for them"),
    (72, Incident::Reorganisation, "alice and bob leave a block for two others that carol has mined"),
    (86, Incident::Misbehaving, "alice: one peer sends a message that cannot be decoded and a header without work, another 1,001 addresses at once; both are disconnected"),
    (98, Incident::Churn, "150 transactions within a minute, then replacements and ones that are not accepted"),
];

/// An incident that was recorded.
pub(crate) struct Happened {
    /// From the first second on.
    minute: u64,
    what: &'static str,
}

/// Has everything happen at its time; when it was.
pub(super) async fn run(
    nodes: &Nodes,
    pace: &Pace,
    begin_unix_seconds: u64,
    minutes: u32,
) -> Result<Vec<Happened>> {
    let mut timetable = Vec::new();
    // Peers that stay, if the node lets them.
    let mut staying = Vec::new();
    for (minute, incident, what) in TIMETABLE {
        let after_seconds = minute * 60 * u64::from(minutes) / MINUTES;
        pace.sleep_until(begin_unix_seconds + after_seconds).await;
        let minute = (pace.now_unix_seconds() - begin_unix_seconds) / 60;
        println!("minute {minute}: {what}");
        match incident {
            Incident::SilentPeer => staying.push(pings::silent_peer(nodes, pace).await?),
            Incident::Spies => spies::come_and_go(nodes, pace).await?,
            Incident::PingFlood => pings::flood(nodes, pace).await?,
            Incident::AddressFlood => addresses::flood(nodes, pace).await?,
            Incident::UnknownTransactions => blocks::unknown_transactions(nodes, pace).await?,
            Incident::Reorganisation => blocks::reorganisation(nodes).await?,
            Incident::Misbehaving => misbehaving::peers(nodes, pace).await?,
            Incident::Churn => transactions::churn(nodes, pace).await?,
        }
        timetable.push(Happened { minute, what });
    }
    Ok(timetable)
}

/// The timetable as Markdown.
pub(super) fn table(timetable: &[Happened]) -> Result<String> {
    let mut text = "| minute | what |\n|---|---|\n".to_owned();
    for Happened { minute, what } in timetable {
        writeln!(text, "| {minute} | {what} |").context("writing to memory")?;
    }
    Ok(text)
}

/// A peer with blocks to give that calls itself this, from this address on
/// loopback.
fn visitor(transport: Transport, agent: &str, address: [u8; 4], pace: &Pace) -> PeerOptions {
    let mut options = PeerOptions::new(transport).user_agent(agent);
    let connection = &mut options.connection;
    connection.local_address = Some(IpAddr::V4(Ipv4Addr::from(address)));
    connection.version.services = NETWORK_AND_WITNESS;
    connection.version.timestamp_unix_seconds = i64::try_from(pace.now_unix_seconds()).ok();
    options
}
