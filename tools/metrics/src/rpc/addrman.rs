//! The address manager: getaddrmaninfo, getrawaddrman.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use peer_observer_event::{AddrmanEntry, AddrmanInfo, AddrmanNetwork, Network, RawAddrman};

use super::network::network_word;
use crate::catalogue::{Catalogue, define};
use crate::labels::{AHEAD, NETWORK, PORT, SERVICE_BIT, SOURCE_NETWORK, TABLE};
use crate::p2p::bits;
use crate::poll::{ByLabels, Poll, PollBuilder};
use crate::words::{AHEAD as AHEAD_WORDS, BITS, OTHER, PORTS, TABLES, word_of};

/// Core's ADDRMAN_HORIZON: what was not seen for longer is terrible.
const HORIZON_SECONDS: i64 = 30 * 24 * 60 * 60;
/// What is further in the future is terrible, too: `AddrInfo::IsTerrible()`.
const FUTURE_SECONDS: i64 = 10 * 60;

/// Ten minutes, an hour, 6 hours, 1, 3, 7, 14, 30, 60, 180 and 365 days.
const AGE_BUCKETS: [f64; 11] = [
    600.0,
    3600.0,
    21_600.0,
    86_400.0,
    259_200.0,
    604_800.0,
    1_209_600.0,
    2_592_000.0,
    5_184_000.0,
    15_552_000.0,
    31_536_000.0,
];

pub(super) fn addrman_info(catalogue: &mut Catalogue) -> Poll<AddrmanInfo> {
    PollBuilder::<AddrmanInfo>::new(catalogue, "getaddrmaninfo", "`getaddrmaninfo`")
        .gauges(
            define(
                "rpc_addrman_info_addresses",
                "addresses",
                "Addresses that the node knows, each once",
            )
            .labels([NETWORK, TABLE])
            .existing("`rpc_addrmaninfo`, which has sums among its series"),
            |info| {
                let networks = info.networks.iter();
                // The node's own sum over the others.
                let single = networks.filter(|one| one.network.as_deref() != Some("all_networks"));
                single.flat_map(tables).collect()
            },
        )
        .finish()
}

fn tables(network: &AddrmanNetwork) -> [([&'static str; 2], Option<u64>); 2] {
    let word = network_word(network.network.as_deref());
    [
        ([word, TABLES[0]], network.new_addresses),
        ([word, TABLES[1]], network.tried_addresses),
    ]
}

/// A reply to getrawaddrman in numbers, by place in [`TABLES`].
pub(crate) struct AddrmanSummary {
    tables: [TableSummary; 2],
}

#[derive(Default)]
struct TableSummary {
    /// By network of the address.
    entries: BTreeMap<&'static str, u64>,
    terrible: BTreeMap<&'static str, u64>,
    /// By network of the source.
    sources: BTreeMap<&'static str, u64>,
    ports: BTreeMap<&'static str, u64>,
    services: BTreeMap<usize, u64>,
    /// In seconds, of those that are not in the future.
    ages: Vec<f64>,
    future: u64,
    far_future: u64,
    distinct_sources: HashSet<u64>,
    distinct_as: HashSet<u32>,
    distinct_source_as: HashSet<u32>,
    /// Does the node map addresses to autonomous systems?
    is_mapped: bool,
}

impl AddrmanSummary {
    /// `now` is in seconds since the epoch.
    pub(super) fn new(addrman: &RawAddrman, now: i64) -> AddrmanSummary {
        let tables = [&addrman.new_entries, &addrman.tried_entries];
        AddrmanSummary {
            tables: tables.map(|entries| {
                let mut table = TableSummary::default();
                entries.iter().for_each(|entry| table.add(entry, now));
                table
            }),
        }
    }

    /// Numbers of both tables, with the table's word first.
    fn each<T>(&self, number: fn(&TableSummary) -> T) -> ByLabels<T, 1> {
        let tables = TABLES.into_iter().zip(&self.tables);
        tables
            .map(|(word, table)| ([word], number(table)))
            .collect()
    }

    /// Counts of both tables by a word.
    fn by_word(
        &self,
        counts: fn(&TableSummary) -> &BTreeMap<&'static str, u64>,
    ) -> ByLabels<u64, 2> {
        let tables = TABLES.into_iter().zip(&self.tables);
        let each = tables.flat_map(|(table, summary)| {
            counts(summary)
                .iter()
                .map(move |(word, count)| ([table, *word], *count))
        });
        each.collect()
    }
}

impl TableSummary {
    fn add(&mut self, entry: &AddrmanEntry, now: i64) {
        let word = |network: Option<i32>| {
            let network = network.and_then(|number| Network::try_from(number).ok());
            network.map_or(OTHER, Network::word)
        };
        let network = word(entry.network);
        *self.entries.entry(network).or_default() += 1;
        *self.sources.entry(word(entry.source_network)).or_default() += 1;
        if let Some(port) = entry.port {
            *self.ports.entry(word_of(&PORTS, port)).or_default() += 1;
        }
        for bit in bits(entry.services.unwrap_or_default()) {
            *self.services.entry(bit).or_default() += 1;
        }
        if let Some(time) = entry.time_unix_seconds {
            let age = now.saturating_sub(time);
            if age >= 0 {
                self.ages.push(age as f64);
            } else {
                self.future += 1;
            }
            let is_far_ahead = age < -FUTURE_SECONDS;
            self.far_future += u64::from(is_far_ahead);
            if is_far_ahead || age > HORIZON_SECONDS {
                *self.terrible.entry(network).or_default() += 1;
            }
        }
        if let Some(source) = &entry.source {
            // A table has 80,000 entries at most: no two sources will share a hash.
            let mut hasher = DefaultHasher::new();
            source.hash(&mut hasher);
            self.distinct_sources.insert(hasher.finish());
        }
        self.distinct_as.extend(entry.mapped_as);
        self.distinct_source_as.extend(entry.source_mapped_as);
        self.is_mapped |= entry.mapped_as.is_some();
    }
}

pub(super) fn addrman(catalogue: &mut Catalogue) -> Poll<AddrmanSummary> {
    PollBuilder::<AddrmanSummary>::new(catalogue, "getrawaddrman", "`getrawaddrman`")
        .gauges(
            define(
                "rpc_addrman_entries",
                "entries",
                "Entries of the address manager; an address can have several in the new table",
            )
            .labels([TABLE, NETWORK])
            .source("`network`")
            .existing("`rpc_getrawaddrman_entries`"),
            |addrman| addrman.by_word(|table| &table.entries),
        )
        .gauges(
            define(
                "rpc_addrman_source_entries",
                "entries",
                "Entries of the address manager by the network of the peer that told them",
            )
            .labels([TABLE, SOURCE_NETWORK])
            .source("`source_network`"),
            |addrman| addrman.by_word(|table| &table.sources),
        )
        .gauges(
            define(
                "rpc_addrman_terrible_entries",
                "entries",
                "Entries that the node would not tell or try because of their time: older than \
                 30 days, or more than 10 minutes in the future",
            )
            .labels([TABLE, NETWORK])
            .source("`time`")
            .existing("`rpc_getrawaddrman_terrible_entries`"),
            |addrman| addrman.by_word(|table| &table.terrible),
        )
        .gauges(
            define(
                "rpc_addrman_future_entries",
                "entries",
                "Entries whose time is in the future",
            )
            .labels([TABLE, AHEAD])
            .source("`time`")
            .existing("`rpc_getrawaddrman_future_entries`"),
            |addrman| {
                let tables = TABLES.into_iter().zip(&addrman.tables);
                let each = tables.flat_map(|(word, table)| {
                    [
                        ([word, AHEAD_WORDS[0]], table.future),
                        ([word, AHEAD_WORDS[1]], table.far_future),
                    ]
                });
                each.collect()
            },
        )
        .distributions(
            define(
                "rpc_addrman_entry_age_seconds",
                "seconds",
                "Age of the entries whose time is not in the future",
            )
            .labels([TABLE])
            .source("`time`")
            .existing("`rpc_getrawaddrman_entry_age_seconds`"),
            &AGE_BUCKETS,
            |addrman| addrman.each(|table| table.ages.clone()),
        )
        .gauges(
            define(
                "rpc_addrman_port_entries",
                "entries",
                "Entries by the port of the address",
            )
            .labels([TABLE, PORT])
            .source("`port`")
            .existing("`rpc_getrawaddrman_ports`, a series for each port, which peers choose"),
            |addrman| addrman.by_word(|table| &table.ports),
        )
        .gauges(
            define(
                "rpc_addrman_service_entries",
                "entries",
                "Entries whose address has a service bit",
            )
            .labels([TABLE, SERVICE_BIT])
            .source("`services`")
            .existing(
                "`rpc_getrawaddrman_service_bits`, whose label is one more than the bit's number; \
                 `rpc_getrawaddrman_services` counts by the whole bit field, which peers choose",
            ),
            |addrman| {
                let tables = TABLES.into_iter().zip(&addrman.tables);
                let each = tables.flat_map(|(word, table)| {
                    table
                        .services
                        .iter()
                        .map(move |(bit, count)| ([word, BITS[*bit]], *count))
                });
                each.collect()
            },
        )
        .gauges(
            define(
                "rpc_addrman_distinct_sources",
                "addresses",
                "Different addresses that told entries",
            )
            .labels([TABLE])
            .source("`source`")
            .existing("`rpc_getrawaddrman_distinct_sources`"),
            |addrman| addrman.each(|table| table.distinct_sources.len()),
        )
        .gauges(
            define(
                "rpc_addrman_distinct_as",
                "autonomous systems",
                "Different autonomous systems of the addresses; only with -asmap",
            )
            .labels([TABLE])
            .source("`mapped_as`")
            .existing("`rpc_getrawaddrman_distinct_asns`"),
            |addrman| addrman.each(|table| table.is_mapped.then_some(table.distinct_as.len())),
        )
        .gauges(
            define(
                "rpc_addrman_distinct_source_as",
                "autonomous systems",
                "Different autonomous systems of those who told the addresses; only with -asmap",
            )
            .labels([TABLE])
            .source("`source_mapped_as`")
            .existing("`rpc_getrawaddrman_distinct_source_asn`"),
            |addrman| {
                addrman.each(|table| table.is_mapped.then_some(table.distinct_source_as.len()))
            },
        )
        .finish()
}
