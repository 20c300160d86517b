//! getpeerinfo: what the node knows of its peers.

use super::peer_delays::{pings, queues};
use super::summary::{PeersBy, Summary};
use crate::catalogue::{Catalogue, define};
use crate::labels::{
    CONNECTION_TYPE, DIRECTION, IMPLEMENTATION, NETWORK, PERMISSION, PROTOCOL_VERSION, SERVICE_BIT,
    TRANSPORT,
};
use crate::poll::{ByLabels, Poll, PollBuilder};

/// A minute, 10 minutes, an hour, 6 hours, a day, 3, 7, 30 days.
const AGE_BUCKETS: [f64; 8] = [
    60.0,
    600.0,
    3600.0,
    21_600.0,
    86_400.0,
    259_200.0,
    604_800.0,
    2_592_000.0,
];
/// On both sides of the thresholds that nodes have: 100 and 1000 satoshis.
const FEERATE_BUCKETS: [f64; 10] = [0.0, 99.0, 100.0, 999.0, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6];

pub(super) fn peers(catalogue: &mut Catalogue) -> Poll<Summary> {
    let table = PollBuilder::<Summary>::new(catalogue, "getpeerinfo", "`getpeerinfo`");
    queues(pings(transactions(blocks(addresses(groups(table)))))).finish()
}

fn list<const N: usize>(peers: &PeersBy<N>) -> ByLabels<u64, N> {
    peers
        .iter()
        .map(|(words, count)| (*words, *count))
        .collect()
}

fn groups(table: PollBuilder<'_, Summary>) -> PollBuilder<'_, Summary> {
    table
        .gauge(
            define("rpc_peer_info_peers", "peers", "Peers").existing("`rpc_peer_info_num_peers`"),
            |all| all.peers,
        )
        .gauges(
            define("rpc_peer_info_network_peers", "peers", "Peers by network")
                .labels([NETWORK, DIRECTION])
                .source("`network`, `inbound`")
                .existing("`rpc_peer_info_network_peers`"),
            |all| list(&all.networks),
        )
        .gauges(
            define(
                "rpc_peer_info_connection_type_peers",
                "peers",
                "Peers by type of connection",
            )
            .labels([CONNECTION_TYPE])
            .source("`connection_type`")
            .existing("`rpc_peer_info_connection_type_peers`"),
            |all| list(&all.connection_types),
        )
        .gauges(
            define(
                "rpc_peer_info_transport_peers",
                "peers",
                "Peers by transport protocol",
            )
            .labels([TRANSPORT])
            .source("`transport_protocol_type`")
            .existing("`rpc_peer_info_transport_protocol_type_peers`"),
            |all| list(&all.transports),
        )
        .gauges(
            define(
                "rpc_peer_info_protocol_version_peers",
                "peers",
                "Peers by protocol version",
            )
            .labels([PROTOCOL_VERSION])
            .source("`version`")
            .existing(
                "`rpc_peer_info_protocol_version_peers`, a series for each version, which peers \
                 choose",
            ),
            |all| list(&all.protocol_versions),
        )
        .gauges(
            define(
                "rpc_peer_info_implementation_peers",
                "peers",
                "Peers by what they are",
            )
            .labels([IMPLEMENTATION])
            .source("`subver`"),
            |all| list(&all.implementations),
        )
        .gauges(
            define(
                "rpc_peer_info_service_peers",
                "peers",
                "Peers that offer a service bit",
            )
            .labels([SERVICE_BIT])
            .source("`services`"),
            |all| list(&all.services),
        )
        .gauges(
            define(
                "rpc_peer_info_permission_peers",
                "peers",
                "Peers that have a permission",
            )
            .labels([PERMISSION])
            .source("`permissions`"),
            |all| list(&all.permissions),
        )
        .distributions(
            define(
                "rpc_peer_info_connection_age_seconds",
                "seconds",
                "Age of the connections, over the peers",
            )
            .labels([DIRECTION])
            .source("`conntime`"),
            &AGE_BUCKETS,
            |all| {
                all.ages
                    .iter()
                    .map(|(word, ages)| ([*word], ages.clone()))
                    .collect()
            },
        )
        .gauge(
            define(
                "rpc_peer_info_inbound_ipv4_peers",
                "peers",
                "Inbound IPv4 peers",
            )
            .source("`addr`"),
            |all| all.inbound_ipv4,
        )
        .gauge(
            define(
                "rpc_peer_info_inbound_ipv4_subnets",
                "networks",
                "Different /16 networks of inbound IPv4 peers",
            )
            .source("`addr`")
            .existing(
                "`rpc_peer_info_connection_divserity_inbound_ipv4`: subnets divided by peers, no \
                 number without peers",
            ),
            |all| all.inbound_ipv4_subnets.len(),
        )
        .gauges(
            define(
                "rpc_peer_info_distinct_as",
                "autonomous systems",
                "Different autonomous systems of the peers; only with -asmap",
            )
            .labels([DIRECTION])
            .source("`mapped_as`")
            .existing("`rpc_peer_info_asn_peers`, a series for each autonomous system"),
            |all| {
                let systems = all.autonomous_systems.iter();
                systems
                    .map(|(word, systems)| ([*word], systems.len()))
                    .collect()
            },
        )
        .gauge(
            define(
                "rpc_peer_info_clock_ahead_peers",
                "peers",
                "Peers whose clock is more than 10 seconds ahead",
            )
            .source("`timeoffset`")
            .existing("`rpc_peer_info_timeoffset_plus10s`"),
            |all| all.clock_ahead,
        )
        .gauge(
            define(
                "rpc_peer_info_clock_behind_peers",
                "peers",
                "Peers whose clock is more than 10 seconds behind",
            )
            .source("`timeoffset`")
            .existing("`rpc_peer_info_timeoffset_minus10s`"),
            |all| all.clock_behind,
        )
}

fn addresses(table: PollBuilder<'_, Summary>) -> PollBuilder<'_, Summary> {
    table
        .gauge(
            define(
                "rpc_peer_info_address_relay_peers",
                "peers",
                "Peers with address relay",
            )
            .source("`addr_relay_enabled`")
            .existing("`rpc_peer_info_addr_relay_enabled_peers`"),
            |all| all.address_relay,
        )
        .gauge(
            define(
                "rpc_peer_info_address_rate_limited_peers",
                "peers",
                "Peers that had addresses ignored",
            )
            .source("`addr_rate_limited`")
            .existing("`rpc_peer_info_addr_ratelimited_peers`"),
            |all| all.rate_limited,
        )
}

fn blocks(table: PollBuilder<'_, Summary>) -> PollBuilder<'_, Summary> {
    table
        .gauge(
            define(
                "rpc_peer_info_inflight_peers",
                "peers",
                "Peers that blocks are requested from",
            )
            .source("`inflight`")
            .existing("`rpc_peer_info_inflight_block_peers`"),
            |all| all.inflight,
        )
        .gauge(
            define(
                "rpc_peer_info_inflight_blocks",
                "blocks",
                "Requested blocks, each as often as it is requested",
            )
            .source("`inflight`"),
            |all| all.inflight_blocks,
        )
        .gauge(
            define(
                "rpc_peer_info_inflight_heights",
                "heights",
                "Different heights of requested blocks",
            )
            .source("`inflight`")
            .existing("`rpc_peer_info_inflight_distinct_blocks_heights`"),
            |all| all.inflight_heights.len(),
        )
        .gauge(
            define(
                "rpc_peer_info_high_bandwidth_to_peers",
                "peers",
                "Peers that we chose for compact blocks in high bandwidth",
            )
            .source("`bip152_hb_to`")
            .existing("`rpc_peer_info_bip152_highbandwidth_to`"),
            |all| all.high_bandwidth_to,
        )
        .gauge(
            define(
                "rpc_peer_info_high_bandwidth_from_peers",
                "peers",
                "Peers that chose us for compact blocks in high bandwidth",
            )
            .source("`bip152_hb_from`")
            .existing("`rpc_peer_info_bip152_highbandwidth_from`"),
            |all| all.high_bandwidth_from,
        )
}

fn transactions(table: PollBuilder<'_, Summary>) -> PollBuilder<'_, Summary> {
    table
        .gauge(
            define(
                "rpc_peer_info_transaction_relay_peers",
                "peers",
                "Peers that want transactions",
            )
            .source("`relaytxes`"),
            |all| all.transaction_relay,
        )
        .gauge(
            define(
                "rpc_peer_info_low_feerate_relay_peers",
                "peers",
                "Peers that relay transactions below 1 sat/vB: they want them and have sent some",
            )
            .source("`minfeefilter`, `bytesrecv_per_msg.tx`")
            .existing("`rpc_peer_info_sub1satvb_relay`"),
            |all| all.low_fee_relay,
        )
        .distribution(
            define(
                "rpc_peer_info_minimum_feerate_sat_per_kvb",
                "satoshis for 1000 virtual bytes",
                "Fee rates below which peers want no transactions, over those that want any",
            )
            .source("`minfeefilter`"),
            &FEERATE_BUCKETS,
            |all| all.minimum_feerates.clone(),
        )
}
