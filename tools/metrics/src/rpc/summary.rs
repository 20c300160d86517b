//! A list of peers, summed up.

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;

use peer_observer_event::{Direction, Network, PeerInfo, PeerInfos};

use super::mempool::sat_per_kvb;
use super::network::network_word;
use crate::connection::connection_type;
use crate::p2p::bits;
use crate::words::{self, BITS, PERMISSIONS, PROTOCOL_VERSIONS, TRANSPORTS, listed};

/// A peer's clock is off when it differs by more than so many seconds.
const CLOCK_OFF_SECONDS: i64 = 10;
/// A ping is late after so many seconds.
const LATE_PING_SECONDS: f64 = 5.0;
/// 1 sat/vB.
const ONE_SAT_PER_VB: f64 = 0.000_01;

/// Peers by what they are, in words.
pub(crate) type PeersBy<const N: usize> = BTreeMap<[&'static str; N], u64>;

/// Numbers over all peers.
#[derive(Default)]
pub(crate) struct Summary {
    pub(super) peers: u64,
    pub(super) networks: PeersBy<2>,
    pub(super) connection_types: PeersBy<1>,
    pub(super) transports: PeersBy<1>,
    pub(super) protocol_versions: PeersBy<1>,
    pub(super) implementations: PeersBy<1>,
    pub(super) services: PeersBy<1>,
    pub(super) permissions: PeersBy<1>,
    pub(super) transaction_relay: u64,
    pub(super) address_relay: u64,
    pub(super) rate_limited: u64,
    pub(super) inflight: u64,
    pub(super) inflight_blocks: u64,
    pub(super) inflight_heights: HashSet<i64>,
    pub(super) slow_pings: u64,
    pub(super) high_bandwidth_to: u64,
    pub(super) high_bandwidth_from: u64,
    pub(super) clock_ahead: u64,
    pub(super) clock_behind: u64,
    pub(super) low_fee_relay: u64,
    pub(super) inbound_ipv4: u64,
    pub(super) inbound_ipv4_subnets: HashSet<[u8; 2]>,
    /// With -asmap, by direction.
    pub(super) autonomous_systems: BTreeMap<&'static str, HashSet<u32>>,
    /// By direction, in seconds.
    pub(super) ages: BTreeMap<&'static str, Vec<f64>>,
    pub(super) minimum_feerates: Vec<f64>,
    /// In rising order, as the following ones.
    pub(super) to_announce: Vec<f64>,
    pub(super) pings: Vec<f64>,
    pub(super) minimum_pings: Vec<f64>,
}

impl Summary {
    /// `now` is in seconds since the epoch.
    pub(super) fn new(infos: &PeerInfos, now: i64) -> Summary {
        let mut all = Summary {
            peers: infos.peers.len() as u64,
            ..Summary::default()
        };
        for peer in &infos.peers {
            all.add_groups(peer);
            all.add_flags(peer);
            all.add_numbers(peer, now);
        }
        all.to_announce.sort_unstable_by(f64::total_cmp);
        all.pings.sort_unstable_by(f64::total_cmp);
        all.minimum_pings.sort_unstable_by(f64::total_cmp);
        all
    }

    fn add_groups(&mut self, peer: &PeerInfo) {
        let network = network_word(peer.network.as_deref());
        *self.networks.entry([network, direction(peer)]).or_default() += 1;
        let connection_type = connection_type(peer).word();
        *self.connection_types.entry([connection_type]).or_default() += 1;
        let transport = listed(&TRANSPORTS, peer.transport.as_deref().unwrap_or_default());
        *self.transports.entry([transport]).or_default() += 1;
        let version = words::word_of(&PROTOCOL_VERSIONS, peer.version.unwrap_or_default());
        *self.protocol_versions.entry([version]).or_default() += 1;
        let user_agent = peer.user_agent.as_deref().unwrap_or_default();
        let implementation = words::implementation(user_agent);
        *self.implementations.entry([implementation]).or_default() += 1;
        for bit in bits(peer.services.unwrap_or_default()) {
            *self.services.entry([BITS[bit]]).or_default() += 1;
        }
        for permission in &peer.permissions {
            let permission = listed(&PERMISSIONS, permission);
            *self.permissions.entry([permission]).or_default() += 1;
        }
    }

    fn add_flags(&mut self, peer: &PeerInfo) {
        let is = |flag: Option<bool>| u64::from(flag == Some(true));
        self.transaction_relay += is(peer.relay_transactions);
        self.address_relay += is(peer.address_relay_enabled);
        self.high_bandwidth_to += is(peer.high_bandwidth_to);
        self.high_bandwidth_from += is(peer.high_bandwidth_from);
        self.rate_limited += is(peer.addresses_rate_limited.map(|count| count > 0));
        self.inflight += u64::from(!peer.inflight_heights.is_empty());
        self.slow_pings += is(peer.ping_wait_seconds.map(|wait| wait > LATE_PING_SECONDS));
        let offset = peer.time_offset_seconds;
        self.clock_ahead += is(offset.map(|offset| offset > CLOCK_OFF_SECONDS));
        self.clock_behind += is(offset.map(|offset| offset < -CLOCK_OFF_SECONDS));
        let wants_low = peer
            .minimum_feerate_btc_per_kvb
            .is_some_and(|fee| fee < ONE_SAT_PER_VB);
        let has_sent = peer
            .received_bytes_by_command
            .get("tx")
            .is_some_and(|sum| *sum > 0);
        if peer.relay_transactions == Some(true) && wants_low && has_sent {
            self.low_fee_relay += 1;
        }
    }

    fn add_numbers(&mut self, peer: &PeerInfo, now: i64) {
        self.inflight_blocks += peer.inflight_heights.len() as u64;
        self.inflight_heights.extend(&peer.inflight_heights);
        self.pings.extend(peer.ping_time_seconds);
        self.minimum_pings.extend(peer.minimum_ping_seconds);
        if peer.relay_transactions == Some(true) {
            self.to_announce
                .extend(peer.inv_to_send.map(|count| count as f64));
            self.minimum_feerates
                .extend(sat_per_kvb(peer.minimum_feerate_btc_per_kvb));
        }
        let direction = direction(peer);
        if let Some(opened) = peer.opened_unix_seconds {
            let age = now.saturating_sub(opened).max(0);
            self.ages.entry(direction).or_default().push(age as f64);
        }
        if let Some(system) = peer.mapped_as {
            self.autonomous_systems
                .entry(direction)
                .or_default()
                .insert(system);
        }
        let is_ipv4 = peer.network.as_deref() == Some(Network::Ipv4.word());
        let address = peer.address.as_deref().and_then(|text| text.parse().ok());
        if let (Some(true), true, Some(SocketAddr::V4(address))) = (peer.inbound, is_ipv4, address)
        {
            let [first, second, ..] = address.ip().octets();
            self.inbound_ipv4 += 1;
            self.inbound_ipv4_subnets.insert([first, second]);
        }
    }
}

fn direction(peer: &PeerInfo) -> &'static str {
    let direction = match peer.inbound {
        Some(true) => Direction::Inbound,
        Some(false) => Direction::Outbound,
        None => Direction::Unspecified,
    };
    direction.word()
}

/// The middle one of numbers in rising order.
pub(crate) fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(*upper);
    }
    Some((sorted[middle - 1] + upper) / 2.0)
}

pub(crate) fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}
