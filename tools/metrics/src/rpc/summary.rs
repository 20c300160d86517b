//! A list of peers, summed up.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use peer_observer_event::{Network, PeerInfo, PeerInfos};

use crate::connection::connection_type;
use crate::words::{self, OTHER, TRANSPORTS};

/// A peer's clock is off when it differs by more than so many seconds.
const CLOCK_OFF_SECONDS: i64 = 10;
/// A ping is late after so many seconds.
const LATE_PING_SECONDS: f64 = 5.0;
/// 1 sat/vB.
const ONE_SAT_PER_VB: f64 = 0.000_01;

/// Numbers over all peers.
#[derive(Default)]
pub(crate) struct Summary {
    pub(crate) peers: u64,
    pub(crate) address_relay: u64,
    pub(crate) rate_limited: u64,
    pub(crate) inflight: u64,
    pub(crate) inflight_heights: HashSet<i64>,
    pub(crate) slow_pings: u64,
    pub(crate) high_bandwidth_to: u64,
    pub(crate) high_bandwidth_from: u64,
    pub(crate) clock_ahead: u64,
    pub(crate) clock_behind: u64,
    pub(crate) low_fee_relay: u64,
    pub(crate) inbound_ipv4: u64,
    pub(crate) inbound_ipv4_subnets: HashSet<[u8; 2]>,
    /// In rising order, as the following ones.
    pub(crate) to_announce: Vec<u64>,
    pub(crate) pings: Vec<f64>,
    pub(crate) minimum_pings: Vec<f64>,
    pub(crate) duration_seconds: f64,
    pub(crate) reply_bytes: f64,
}

impl Summary {
    pub(crate) fn new(infos: &PeerInfos) -> Summary {
        let mut all = Summary {
            peers: infos.peers.len() as u64,
            duration_seconds: infos.duration_ns as f64 / 1e9,
            reply_bytes: infos.reply_bytes as f64,
            ..Summary::default()
        };
        for peer in &infos.peers {
            all.add(peer);
        }
        all.to_announce.sort_unstable();
        all.pings.sort_unstable_by(f64::total_cmp);
        all.minimum_pings.sort_unstable_by(f64::total_cmp);
        all
    }

    fn add(&mut self, peer: &PeerInfo) {
        let is = |flag: Option<bool>| u64::from(flag == Some(true));
        self.address_relay += is(peer.address_relay_enabled);
        self.high_bandwidth_to += is(peer.high_bandwidth_to);
        self.high_bandwidth_from += is(peer.high_bandwidth_from);
        self.rate_limited += u64::from(peer.addresses_rate_limited.is_some_and(|count| count > 0));
        self.inflight += u64::from(!peer.inflight_heights.is_empty());
        self.inflight_heights.extend(&peer.inflight_heights);
        self.slow_pings += is(peer.ping_wait_seconds.map(|wait| wait > LATE_PING_SECONDS));
        self.clock_ahead += is(peer
            .time_offset_seconds
            .map(|offset| offset > CLOCK_OFF_SECONDS));
        self.clock_behind += is(peer
            .time_offset_seconds
            .map(|offset| offset < -CLOCK_OFF_SECONDS));
        self.pings.extend(peer.ping_time_seconds);
        self.minimum_pings.extend(peer.minimum_ping_seconds);
        if peer.relay_transactions == Some(true) {
            self.to_announce.extend(peer.inv_to_send);
            let wants_low = peer
                .minimum_feerate_btc_per_kvb
                .is_some_and(|fee| fee < ONE_SAT_PER_VB);
            let has_sent = peer
                .received_bytes_by_command
                .get("tx")
                .is_some_and(|sum| *sum > 0);
            self.low_fee_relay += u64::from(wants_low && has_sent);
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

    pub(crate) fn to_announce_fractions(&self) -> Vec<f64> {
        self.to_announce.iter().map(|count| *count as f64).collect()
    }
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

/// Peers by what they are, in words.
#[derive(Default)]
pub(crate) struct Groups {
    /// With the direction.
    pub(crate) networks: HashMap<(&'static str, &'static str), u64>,
    pub(crate) connection_types: HashMap<&'static str, u64>,
    pub(crate) transports: HashMap<&'static str, u64>,
    pub(crate) protocol_versions: HashMap<&'static str, u64>,
}

impl Groups {
    pub(crate) fn new(peers: &[PeerInfo]) -> Groups {
        let mut groups = Groups::default();
        for peer in peers {
            let network = Network::from_word(peer.network.as_deref().unwrap_or_default());
            let direction = match peer.inbound {
                Some(true) => "inbound",
                Some(false) => "outbound",
                None => "unspecified",
            };
            let network = network.map_or(OTHER, Network::word);
            *groups.networks.entry((network, direction)).or_default() += 1;
            let connection_type = connection_type(peer).word();
            *groups.connection_types.entry(connection_type).or_default() += 1;
            let transport = peer.transport.as_deref().unwrap_or_default();
            *groups
                .transports
                .entry(words::listed(&TRANSPORTS, transport))
                .or_default() += 1;
            let version = words::protocol_version(peer.version.unwrap_or_default());
            *groups.protocol_versions.entry(version).or_default() += 1;
        }
        groups
    }
}
