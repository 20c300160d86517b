//! Entries of `addr` and `addrv2`.

use peer_observer_event::{AddressEntry, Event, address_text};

use crate::ExportError;
use crate::column::{Count, Maybe, Text, Unsigned, Word};
use crate::columns::columns;
use crate::output::Output;
use crate::table::Table;
use crate::tables::envelope::MessageKey;

columns! {
    /// Entries of `addr` and `addrv2`.
    Addresses, AddressRow {
        /// Place in the message, from 0.
        position: Count,
        /// `ipv4`, `ipv6`, `onion`, `i2p`, `cjdns`, `internal`, `not_publicly_routable`, `unknown`.
        network: Word,
        /// As Bitcoin Core writes it, without the port; hex for unknown networks.
        address: Text,
        /// The port.
        port: Count,
        /// The bit field of what the address is said to offer.
        services: Unsigned,
        /// When the address is said to have been seen last.
        time_unix_seconds: Count,
        /// BIP155's number of an unknown network.
        bip155_network_id: Maybe<Count>,
    }
}

pub(crate) fn push(
    table: &mut Table<MessageKey, Addresses>,
    output: &mut Output,
    event: &Event,
    entries: &[AddressEntry],
) -> Result<(), ExportError> {
    for (position, entry) in (0..).zip(entries) {
        let address = entry.address.clone().unwrap_or_default();
        let row = AddressRow {
            position,
            network: address.network().word(),
            address: &address_text(&address),
            port: entry.port.into(),
            services: entry.services,
            time_unix_seconds: entry.time_unix_seconds.into(),
            bip155_network_id: address.bip155_network_id.map(u64::from),
        };
        table.push(output, event, row)?;
    }
    Ok(())
}
