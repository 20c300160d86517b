//! The node's networking: getnetworkinfo, listbanned.

use std::net::IpAddr;

use peer_observer_event::{BanList, Direction, Network, NetworkInfo, NetworkState};

use super::mempool::sat_per_kvb;
use crate::catalogue::{Catalogue, define};
use crate::labels::{DIRECTION, NETWORK, SERVICE_BIT};
use crate::p2p::bits;
use crate::poll::{ByLabels, Poll, PollBuilder};
use crate::words::{BITS, OTHER};

/// An hour, a day (Core's default), a week, a month, a year.
const BAN_BUCKETS: [f64; 5] = [3600.0, 86_400.0, 604_800.0, 2_592_000.0, 31_536_000.0];

pub(super) fn network_info(catalogue: &mut Catalogue) -> Poll<NetworkInfo> {
    PollBuilder::<NetworkInfo>::new(catalogue, "getnetworkinfo", "`getnetworkinfo`")
        .gauge(
            define(
                "rpc_network_info_version",
                "10000 times the major version and 100 times the minor one",
                "Version of the node: 319900 is 31.99",
            )
            .source("`version`")
            .existing("`rpc_networkinfo_version`"),
            |info| info.version,
        )
        .gauge(
            define(
                "rpc_network_info_protocol_version",
                "number of the version",
                "Protocol version that the node says to its peers",
            )
            .source("`protocolversion`")
            .existing("`rpc_networkinfo_protocol_version`"),
            |info| info.protocol_version,
        )
        .gauges(
            define(
                "rpc_network_info_services",
                "1 where offered",
                "Service bits that the node offers to its peers",
            )
            .labels([SERVICE_BIT])
            .source("`localservices`"),
            |info| {
                bits(info.services.unwrap_or_default())
                    .map(|bit| ([BITS[bit]], 1u64))
                    .collect()
            },
        )
        .gauge(
            define(
                "rpc_network_info_relay_transactions",
                "1 or 0",
                "Does the node ask its peers for transactions",
            )
            .source("`localrelay`"),
            |info| info.relay_transactions,
        )
        .gauge(
            define(
                "rpc_network_info_time_offset_seconds",
                "seconds",
                "Median of the differences between the clocks of outbound peers and the node's",
            )
            .source("`timeoffset`")
            .existing("`rpc_networkinfo_time_offset`"),
            |info| info.time_offset_seconds,
        )
        .gauges(
            define(
                "rpc_network_info_connections",
                "connections",
                "Connections of the node",
            )
            .labels([DIRECTION])
            .source("`connections_in`, `connections_out`")
            .existing(
                "`rpc_networkinfo_connections_in`, `rpc_networkinfo_connections_out`; \
                     `rpc_networkinfo_connections` is their sum",
            ),
            |info| {
                vec![
                    ([Direction::Inbound.word()], info.inbound_connections),
                    ([Direction::Outbound.word()], info.outbound_connections),
                ]
            },
        )
        .gauge(
            define(
                "rpc_network_info_active",
                "1 or 0",
                "Is networking on: setnetworkactive",
            )
            .source("`networkactive`")
            .existing("`rpc_networkinfo_network_active`"),
            |info| info.network_active,
        )
        .gauges(
            define(
                "rpc_network_info_network_limited",
                "1 or 0",
                "Is the network left out by -onlynet",
            )
            .labels([NETWORK])
            .source("`networks[].limited`")
            .existing("`rpc_networkinfo_networks` with `property=\"limited\"`"),
            |info| by_network(info, |state| state.limited),
        )
        .gauges(
            define(
                "rpc_network_info_network_reachable",
                "1 or 0",
                "Can the node reach the network",
            )
            .labels([NETWORK])
            .source("`networks[].reachable`")
            .existing("`rpc_networkinfo_networks` with `property=\"reachable\"`"),
            |info| by_network(info, |state| state.reachable),
        )
        .gauges(
            define(
                "rpc_network_info_network_proxied",
                "1 or 0",
                "Does the node reach the network through a proxy",
            )
            .labels([NETWORK])
            .source("`networks[].proxy`"),
            |info| by_network(info, |state| Some(!state.proxy.as_deref()?.is_empty())),
        )
        .gauge(
            define(
                "rpc_network_info_minimum_relay_feerate_sat_per_kvb",
                "satoshis for 1000 virtual bytes",
                "What a transaction must always pay: -minrelaytxfee",
            )
            .source("`relayfee`")
            .existing("`rpc_networkinfo_relay_fee`, in bitcoins"),
            |info| sat_per_kvb(info.minimum_relay_feerate_btc_per_kvb),
        )
        .gauge(
            define(
                "rpc_network_info_incremental_relay_feerate_sat_per_kvb",
                "satoshis for 1000 virtual bytes",
                "What a replacement must pay more: -incrementalrelayfee",
            )
            .source("`incrementalfee`")
            .existing("`rpc_networkinfo_incremental_fee`, in bitcoins"),
            |info| sat_per_kvb(info.incremental_relay_feerate_btc_per_kvb),
        )
        .gauge(
            define(
                "rpc_network_info_local_addresses",
                "addresses",
                "Addresses under which the node believes that it can be reached",
            )
            .source("`localaddresses`")
            .existing("`rpc_networkinfo_local_addresses_count`"),
            |info| info.local_addresses.len(),
        )
        .gauge(
            define(
                "rpc_network_info_warnings",
                "warnings",
                "Warnings that the node has",
            )
            .source("`warnings`")
            .existing("`rpc_networkinfo_warnings`"),
            |info| info.warnings.len(),
        )
        .finish()
}

/// A flag of each network.
fn by_network(
    info: &NetworkInfo,
    flag: fn(&NetworkState) -> Option<bool>,
) -> ByLabels<Option<bool>, 1> {
    let states = info.networks.iter();
    states
        .map(|state| ([network_word(state.network.as_deref())], flag(state)))
        .collect()
}

/// The network's word, else `other`.
pub(super) fn network_word(network: Option<&str>) -> &'static str {
    network
        .and_then(Network::from_word)
        .map_or(OTHER, Network::word)
}

pub(super) fn bans(catalogue: &mut Catalogue) -> Poll<BanList> {
    PollBuilder::<BanList>::new(catalogue, "listbanned", "`listbanned`")
        .gauges(
            define("rpc_bans", "bans", "Addresses and subnets that are banned")
                .labels([NETWORK])
                .source("`address`"),
            |list| {
                let bans = list.bans.iter();
                bans.map(|ban| ([banned_network(ban.subnet.as_deref())], 1u64))
                    .collect()
            },
        )
        .distribution(
            define(
                "rpc_ban_remaining_seconds",
                "seconds",
                "For how long bans go on, over the bans",
            )
            .source("`time_remaining`"),
            &BAN_BUCKETS,
            |list| {
                let bans = list.bans.iter();
                let remaining = bans.filter_map(|ban| ban.remaining_seconds);
                remaining.map(|seconds| seconds.max(0) as f64).collect()
            },
        )
        .finish()
}

/// The network of `1.2.3.4/32`. Tor, I2P and CJDNS addresses have no subnets,
/// and are told apart by their ends.
fn banned_network(subnet: Option<&str>) -> &'static str {
    let subnet = subnet.unwrap_or_default();
    let address = subnet
        .split_once('/')
        .map_or(subnet, |(address, _)| address);
    match address.parse() {
        Ok(IpAddr::V4(_)) => Network::Ipv4.word(),
        Ok(IpAddr::V6(ip)) if ip.octets()[0] == 0xfc => Network::Cjdns.word(),
        Ok(IpAddr::V6(_)) => Network::Ipv6.word(),
        Err(_) if address.ends_with(".onion") => Network::Onion.word(),
        Err(_) if address.ends_with(".b32.i2p") => Network::I2p.word(),
        Err(_) => OTHER,
    }
}
