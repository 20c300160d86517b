//! `version` messages.

use peer_observer_event::{Event, Version, VersionAddress, address_text};

use crate::ExportError;
use crate::column::{Blob, Count, Flag, Integer, Maybe, Text, Unsigned, Word};
use crate::columns::columns;
use crate::output::Output;
use crate::table::Table;
use crate::tables::envelope::MessageKey;

columns! {
    /// What `version` messages say.
    Versions, VersionRow {
        /// Protocol version.
        version: Integer,
        /// The bit field of what the sender offers.
        services: Unsigned,
        /// The sender's clock.
        timestamp_unix_seconds: Integer,
        /// The sender's name and version of its software. Invalid UTF-8 is replaced by U+FFFD.
        user_agent: Maybe<Text>,
        /// The same as bytes, where they are not UTF-8.
        user_agent_bytes: Maybe<Blob>,
        /// Height of the sender's chain.
        start_height: Maybe<Integer>,
        /// Does the sender want transactions?
        relay: Maybe<Flag>,
        /// To recognise connections to oneself.
        nonce: Maybe<Unsigned>,
        /// The receiver's address as the sender sees it: its network.
        receiver_network: Maybe<Word>,
        /// The receiver's address, without the port.
        receiver_address: Maybe<Text>,
        /// The receiver's port.
        receiver_port: Maybe<Count>,
        /// What the receiver is said to offer.
        receiver_services: Maybe<Unsigned>,
        /// The sender's address as it sees itself: its network.
        sender_network: Maybe<Word>,
        /// The sender's address, without the port.
        sender_address: Maybe<Text>,
        /// The sender's port.
        sender_port: Maybe<Count>,
        /// What the sender is said to offer, again.
        sender_services: Maybe<Unsigned>,
    }
}

pub(super) fn push(
    table: &mut Table<MessageKey, Versions>,
    output: &mut Output,
    event: &Event,
    version: &Version,
) -> Result<(), ExportError> {
    let text = |side: &Option<VersionAddress>| Some(address_text(side.as_ref()?.address.as_ref()?));
    let network = |side: &Option<VersionAddress>| {
        let address = side.as_ref()?.address.as_ref()?;
        Some(address.network().word())
    };
    let (receiver, sender) = (&version.receiver, &version.sender);
    let (receiver_text, sender_text) = (text(receiver), text(sender));
    let row = VersionRow {
        version: version.version.into(),
        services: version.services,
        timestamp_unix_seconds: version.timestamp_unix_seconds,
        user_agent: version.user_agent.as_deref(),
        user_agent_bytes: version.user_agent_bytes.as_deref(),
        start_height: version.start_height.map(i64::from),
        relay: version.relay,
        nonce: version.nonce,
        receiver_network: network(receiver),
        receiver_address: receiver_text.as_deref(),
        receiver_port: receiver.as_ref().map(|side| side.port.into()),
        receiver_services: receiver.as_ref().map(|side| side.services),
        sender_network: network(sender),
        sender_address: sender_text.as_deref(),
        sender_port: sender.as_ref().map(|side| side.port.into()),
        sender_services: sender.as_ref().map(|side| side.services),
    };
    table.push(output, event, row)
}
