//! The address manager: `getaddrmaninfo` and `getrawaddrman`.

use peer_observer_event::{AddrmanEntry, AddrmanInfo, Event, RawAddrman};

use crate::ExportError;
use crate::column::{Count, Integer, Maybe, Text, Unsigned, Word};
use crate::columns::columns;
use crate::output::Output;
use crate::tables::Tables;
use crate::tables::address::network_word;
use crate::tables::json::json_map;

columns! {
    /// How many addresses the address manager has of a network.
    AddrmanNetworks, AddrmanNetworkRow {
        /// `ipv4`, `ipv6`, `onion`, `i2p`, `cjdns`; `all_networks` is the sum.
        network: Maybe<Text>,
        /// Heard of.
        new_addresses: Maybe<Count>,
        /// Connected to once.
        tried_addresses: Maybe<Count>,
        /// Both.
        total_addresses: Maybe<Count>,
        /// What this version of peer-observer does not know of the reply, in JSON.
        other_fields: Maybe<Text>,
    }
}

columns! {
    /// Entries of the address manager. An address can be in several places of `new`.
    AddrmanEntries, AddrmanEntryRow {
        /// `new` (heard of), `tried` (connected to once).
        table: Word,
        /// Place in the table.
        bucket: Count,
        /// Place in the bucket.
        position: Count,
        /// Of the address: `ipv4`, `ipv6`, `onion`, `i2p`, `cjdns`, ...
        network: Maybe<Word>,
        /// Without its port.
        address: Maybe<Text>,
        /// The port.
        port: Maybe<Count>,
        /// Autonomous system, with `-asmap`.
        mapped_as: Maybe<Count>,
        /// The bit field of what the address is said to offer.
        services: Maybe<Unsigned>,
        /// When the address was last seen, as gossip has it.
        time_unix_seconds: Maybe<Integer>,
        /// Network of who told of the address.
        source_network: Maybe<Word>,
        /// Who told of the address.
        source: Maybe<Text>,
        /// Autonomous system of who told of it.
        source_mapped_as: Maybe<Count>,
        /// What this version of peer-observer does not know of the reply, in JSON.
        other_fields: Maybe<Text>,
    }
}

pub(super) fn push_networks(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    reply: &AddrmanInfo,
) -> Result<(), ExportError> {
    for network in &reply.networks {
        let other = json_map(&network.other_fields);
        let row = AddrmanNetworkRow {
            network: network.network.as_deref(),
            new_addresses: network.new_addresses,
            tried_addresses: network.tried_addresses,
            total_addresses: network.total_addresses,
            other_fields: other.as_deref(),
        };
        tables.rpc_addrman.push(output, event, row)?;
    }
    Ok(())
}

pub(super) fn push_entries(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    reply: &RawAddrman,
) -> Result<(), ExportError> {
    let new = reply.new_entries.iter().map(|entry| ("new", entry));
    let tried = reply.tried_entries.iter().map(|entry| ("tried", entry));
    for (table, entry) in new.chain(tried) {
        push_entry(tables, output, event, table, entry)?;
    }
    Ok(())
}

fn push_entry(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    table: &'static str,
    entry: &AddrmanEntry,
) -> Result<(), ExportError> {
    let other = json_map(&entry.other_fields);
    let row = AddrmanEntryRow {
        table,
        bucket: entry.bucket.into(),
        position: entry.position.into(),
        network: entry.network.map(network_word),
        address: entry.address.as_deref(),
        port: entry.port.map(u64::from),
        mapped_as: entry.mapped_as.map(u64::from),
        services: entry.services,
        time_unix_seconds: entry.time_unix_seconds,
        source_network: entry.source_network.map(network_word),
        source: entry.source.as_deref(),
        source_mapped_as: entry.source_mapped_as.map(u64::from),
        other_fields: other.as_deref(),
    };
    tables.rpc_raw_addrman.push(output, event, row)
}
