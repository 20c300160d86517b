//! What is different between two replies to getrawaddrman.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use peer_observer_event::{AddrmanEntry, RawAddrman};

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, NodeName};
use crate::labels::{CHANGE, TABLE};
use crate::words::{ADDRMAN_CHANGES, TABLES};

/// Families of the differences.
pub(crate) struct AddrmanChangeFamilies {
    changes: Counters<2>,
}

impl AddrmanChangeFamilies {
    /// Goes on with the area of getrawaddrman.
    pub(crate) fn new(catalogue: &mut Catalogue) -> AddrmanChangeFamilies {
        AddrmanChangeFamilies {
            changes: catalogue.family(
                define(
                    "rpc_addrman_changes",
                    "changes",
                    "Places of the address manager's tables that a reply has otherwise than the \
                     one before it; what changed twice in between counts once. Nothing before \
                     the second reply",
                )
                .labels([TABLE, CHANGE])
                .source("two replies")
                .existing(
                    "`rpc_getrawaddrman_added_entry`, `rpc_getrawaddrman_replaced_entry`, \
                     `rpc_getrawaddrman_changed_services`, `rpc_getrawaddrman_changed_timestamps`",
                ),
            ),
        }
    }
}

/// A table as it was: what stands at each bucket and position. 40 bytes an
/// entry, and the extractor bounds the entries.
type Table = HashMap<(u32, u32), Place>;

#[derive(Clone, Copy, PartialEq)]
struct Place {
    /// Hash of address and port.
    address: u64,
    services: Option<u64>,
    time: Option<i64>,
}

/// One node's last reply; `None` before the first one.
#[derive(Default)]
pub(crate) struct AddrmanChanges {
    last: Option<[Table; 2]>,
}

impl AddrmanChanges {
    pub(super) fn fold(
        &mut self,
        node: &NodeName,
        addrman: &RawAddrman,
        families: &AddrmanChangeFamilies,
    ) {
        let now = [&addrman.new_entries, &addrman.tried_entries].map(|entries| table(entries));
        if let Some(last) = &self.last {
            for ((word, now), last) in TABLES.into_iter().zip(&now).zip(last) {
                for (change, count) in ADDRMAN_CHANGES.into_iter().zip(changes(last, now)) {
                    families.changes.at(node, [word, change]).inc_by(count);
                }
            }
        }
        self.last = Some(now);
    }
}

fn table(entries: &[AddrmanEntry]) -> Table {
    let places = entries.iter().map(|entry| {
        let mut hasher = DefaultHasher::new();
        (&entry.address, entry.port).hash(&mut hasher);
        let place = Place {
            address: hasher.finish(),
            services: entry.services,
            time: entry.time_unix_seconds,
        };
        ((entry.bucket, entry.position), place)
    });
    places.collect()
}

/// In the order of [`ADDRMAN_CHANGES`].
fn changes(last: &Table, now: &Table) -> [u64; ADDRMAN_CHANGES.len()] {
    let [mut added, mut replaced, mut services, mut time] = [0; 4];
    for (place, now) in now {
        match last.get(place) {
            None => added += 1,
            Some(last) if last.address != now.address => replaced += 1,
            Some(last) => {
                services += u64::from(last.services != now.services);
                time += u64::from(last.time != now.time);
            }
        }
    }
    let removed = last
        .keys()
        .filter(|place| !now.contains_key(*place))
        .count();
    [added, removed as u64, replaced, services, time]
}
