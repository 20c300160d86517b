//! getpeerinfo: what the node knows of its peers, anew with every poll.

mod summary;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use peer_observer_event::{PeerInfo, PeerInfos};
use prometheus_client::registry::Registry;

use crate::family::{Counters, FloatGauges, Gauges, Labels, NodeName, gauge_value, register};
use summary::{Groups, Summary};

/// A gauge of whole numbers: name, help text, value.
type Count = (&'static str, &'static str, fn(&Summary) -> u64);
/// A gauge of fractions, absent where there is nothing to take the mean of.
type Fraction = (&'static str, &'static str, fn(&Summary) -> Option<f64>);

const COUNTS: [Count; 15] = [
    ("num_peers", "Peers (peers)", |all| all.peers),
    (
        "addr_relay_enabled_peers",
        "Peers with address relay (peers)",
        |all| all.address_relay,
    ),
    (
        "addr_rate_limited_peers",
        "Peers that had addresses ignored (peers)",
        |all| all.rate_limited,
    ),
    (
        "inflight_block_peers",
        "Peers that blocks are requested from (peers)",
        |all| all.inflight,
    ),
    (
        "inflight_distinct_block_heights",
        "Different heights of requested blocks (heights)",
        |all| all.inflight_heights.len() as u64,
    ),
    (
        "ping_wait_over_5_seconds_peers",
        "Peers that have left a ping unanswered for more than 5 seconds (peers)",
        |all| all.slow_pings,
    ),
    (
        "bip152_highbandwidth_to",
        "Peers that we chose for compact blocks in high bandwidth (peers)",
        |all| all.high_bandwidth_to,
    ),
    (
        "bip152_highbandwidth_from",
        "Peers that chose us for compact blocks in high bandwidth (peers)",
        |all| all.high_bandwidth_from,
    ),
    (
        "timeoffset_plus10s",
        "Peers whose clock is more than 10 seconds ahead (peers)",
        |all| all.clock_ahead,
    ),
    (
        "timeoffset_minus10s",
        "Peers whose clock is more than 10 seconds behind (peers)",
        |all| all.clock_behind,
    ),
    (
        "sub1satvb_relay",
        "Peers that relay transactions below 1 sat/vB: they want them and have sent some (peers)",
        |all| all.low_fee_relay,
    ),
    (
        "invtosend_sum",
        "Transactions waiting to be announced, over peers that want them (transactions)",
        |all| all.to_announce.iter().sum(),
    ),
    (
        "invtosend_max",
        "Transactions waiting to be announced to the peer with most of them (transactions)",
        |all| all.to_announce.last().copied().unwrap_or_default(),
    ),
    (
        "inbound_ipv4_subnets",
        "Different /16 networks of inbound IPv4 peers (networks)",
        |all| all.inbound_ipv4_subnets.len() as u64,
    ),
    ("inbound_ipv4_peers", "Inbound IPv4 peers (peers)", |all| {
        all.inbound_ipv4
    }),
];

const FRACTIONS: [Fraction; 8] = [
    (
        "ping_median_seconds",
        "Median of the last ping times (seconds)",
        |all| summary::median(&all.pings),
    ),
    (
        "ping_mean_seconds",
        "Mean of the last ping times (seconds)",
        |all| summary::mean(&all.pings),
    ),
    (
        "minimum_ping_median_seconds",
        "Median of the shortest ping times (seconds)",
        |all| summary::median(&all.minimum_pings),
    ),
    (
        "minimum_ping_mean_seconds",
        "Mean of the shortest ping times (seconds)",
        |all| summary::mean(&all.minimum_pings),
    ),
    (
        "invtosend_median",
        "Median of the transactions waiting to be announced to a peer (transactions)",
        |all| summary::median(&all.to_announce_fractions()),
    ),
    (
        "invtosend_mean",
        "Mean of the transactions waiting to be announced to a peer (transactions)",
        |all| summary::mean(&all.to_announce_fractions()),
    ),
    (
        "duration_seconds",
        "Time the node took to answer getpeerinfo (seconds)",
        |all| Some(all.duration_seconds),
    ),
    (
        "reply_bytes",
        "Size of the last reply to getpeerinfo (bytes)",
        |all| Some(all.reply_bytes),
    ),
];

/// Families of getpeerinfo.
pub(crate) struct RpcFamilies {
    counts: Vec<Gauges<0>>,
    fractions: Vec<FloatGauges<0>>,
    networks: Gauges<2>,
    connection_types: Gauges<1>,
    transports: Gauges<1>,
    protocol_versions: Gauges<1>,
    addresses_processed: Counters<0>,
    addresses_rate_limited: Counters<0>,
}

impl RpcFamilies {
    pub(crate) fn new(registry: &mut Registry) -> RpcFamilies {
        let mut registry = registry.sub_registry_with_prefix("rpc_peer_info");
        let registry = &mut registry;
        RpcFamilies {
            counts: COUNTS
                .map(|(name, help, _)| register(registry, name, help))
                .into(),
            fractions: FRACTIONS
                .map(|(name, help, _)| register(registry, name, help))
                .into(),
            networks: register(registry, "network_peers", "Peers by network (peers)"),
            connection_types: register(
                registry,
                "connection_type_peers",
                "Peers by type of connection (peers)",
            ),
            transports: register(
                registry,
                "transport_protocol_type_peers",
                "Peers by transport protocol (peers)",
            ),
            protocol_versions: register(
                registry,
                "protocol_version_peers",
                "Peers by protocol version (peers)",
            ),
            addresses_processed: register(
                registry,
                "addresses_processed",
                "Addresses from peers that the node processed, since the first poll (addresses)",
            ),
            addresses_rate_limited: register(
                registry,
                "addresses_rate_limited",
                "Addresses from peers that the node ignored because of the rate limit, since the \
                 first poll (addresses)",
            ),
        }
    }
}

/// One node's part.
pub(crate) struct RpcMetrics {
    node: NodeName,
    groups: Groups,
    /// Addresses processed and rate limited by peer, as of the last poll; `None`
    /// before the first one. As long as the node's list of peers.
    addresses: Option<HashMap<u64, (u64, u64)>>,
}

impl RpcMetrics {
    pub(crate) fn new(node: &NodeName) -> RpcMetrics {
        RpcMetrics {
            node: Arc::clone(node),
            groups: Groups::default(),
            addresses: None,
        }
    }

    pub(crate) fn peer_infos(&mut self, infos: &PeerInfos, families: &RpcFamilies) {
        let summary = Summary::new(infos);
        self.set(&summary, families);
        self.set_groups(Groups::new(&infos.peers), families);
        self.count_addresses(&infos.peers, families);
    }

    fn set(&self, summary: &Summary, families: &RpcFamilies) {
        let labels = Labels::node(&self.node);
        for (family, (_, _, value)) in families.counts.iter().zip(COUNTS) {
            family
                .get_or_create(&labels)
                .set(gauge_value(value(summary)));
        }
        for (family, (_, _, value)) in families.fractions.iter().zip(FRACTIONS) {
            match value(summary) {
                Some(value) => {
                    family.get_or_create(&labels).set(value);
                }
                None => {
                    family.remove(&labels);
                }
            }
        }
    }

    fn set_groups(&mut self, new: Groups, families: &RpcFamilies) {
        let old = std::mem::replace(&mut self.groups, new);
        let (new, node) = (&self.groups, &self.node);
        replace(
            &families.networks,
            &old.networks,
            &new.networks,
            |(network, direction)| {
                Labels::new(node, [("network", network), ("direction", direction)])
            },
        );
        replace(
            &families.connection_types,
            &old.connection_types,
            &new.connection_types,
            |word| Labels::new(node, [("connection_type", word)]),
        );
        replace(
            &families.transports,
            &old.transports,
            &new.transports,
            |word| Labels::new(node, [("transport_protocol_type", word)]),
        );
        let versions = (&old.protocol_versions, &new.protocol_versions);
        replace(
            &families.protocol_versions,
            versions.0,
            versions.1,
            |word| Labels::new(node, [("protocol_version", word)]),
        );
    }

    /// The node counts by peer and forgets a peer's count with the peer: the
    /// growth since the last poll is summed up instead.
    fn count_addresses(&mut self, peers: &[PeerInfo], families: &RpcFamilies) {
        let now: HashMap<u64, (u64, u64)> = peers
            .iter()
            .filter_map(|peer| {
                let processed = peer.addresses_processed.unwrap_or_default();
                Some((
                    peer.peer_id?,
                    (processed, peer.addresses_rate_limited.unwrap_or_default()),
                ))
            })
            .collect();
        if let Some(last) = &self.addresses {
            let (mut processed, mut rate_limited) = (0u64, 0u64);
            for (peer, counts) in &now {
                let before = last.get(peer).copied().unwrap_or_default();
                processed = processed.saturating_add(counts.0.saturating_sub(before.0));
                rate_limited = rate_limited.saturating_add(counts.1.saturating_sub(before.1));
            }
            let labels = Labels::node(&self.node);
            families
                .addresses_processed
                .get_or_create(&labels)
                .inc_by(processed);
            families
                .addresses_rate_limited
                .get_or_create(&labels)
                .inc_by(rate_limited);
        }
        self.addresses = Some(now);
    }

    /// A new life of the node: its peers begin at 0.
    pub(crate) fn forget_peers(&mut self) {
        if let Some(addresses) = &mut self.addresses {
            addresses.clear();
        }
    }

    /// Removes the gauges.
    pub(crate) fn clear(&mut self, families: &RpcFamilies) {
        let labels = Labels::node(&self.node);
        for family in &families.counts {
            family.remove(&labels);
        }
        for family in &families.fractions {
            family.remove(&labels);
        }
        self.set_groups(Groups::default(), families);
    }
}

/// Sets the gauges of one poll, and removes those of the last one that are no more.
fn replace<K: Copy + Eq + Hash, const N: usize>(
    family: &Gauges<N>,
    old: &HashMap<K, u64>,
    new: &HashMap<K, u64>,
    labels: impl Fn(K) -> Labels<N>,
) {
    for gone in old.keys().filter(|key| !new.contains_key(key)) {
        family.remove(&labels(*gone));
    }
    for (key, count) in new {
        family.get_or_create(&labels(*key)).set(gauge_value(*count));
    }
}
