//! What every row says of its event.

use peer_observer_event::{Direction, Event, Payload};

use crate::column::{Count, Maybe, Sequence, Text, Time, Unsigned, Word};
use crate::columns::columns;
use crate::table::Head;

columns! {
    /// The first columns of main tables, where a row is an event.
    Envelope, EnvelopeRow {
        /// Who published the event: `ebpf`, `rpc`, `log`, `p2p`, `ipc`, `process` or `bus`.
        extractor: Word,
        /// Which life of the node this is: its start, in seconds since the epoch. Values within
        /// 3 s are the same. Peers are numbered anew in each run.
        run: Maybe<Count>,
        /// Which life of the extractor this is: another number after each of its starts.
        instance: Unsigned,
        /// Counts the events of the instance from 1, without holes.
        sequence: Sequence,
        /// Counts the events of the instance and kind from 1, without holes.
        kind_sequence: Sequence,
        /// When it happened, by the clock of the extractor's host (UTC).
        time: Time,
        /// The same moment in nanoseconds of the host's monotonic clock, for exact intervals.
        monotonic_ns: Maybe<Sequence>,
        /// Counts all events of the bus from 1.
        bus_sequence: Sequence,
        /// When the bus took the event (UTC). Never goes back.
        bus_time: Time,
    }
}

columns! {
    /// The first columns of tables whose rows are parts of events.
    Key, KeyRow {
        /// As in the event's row.
        run: Maybe<Count>,
        /// As in the event's row.
        instance: Unsigned,
        /// As in the event's row; with `node` and `instance` it names the event.
        sequence: Sequence,
        /// As in the event's row.
        time: Time,
    }
}

columns! {
    /// The first columns of tables whose rows are parts of P2P messages.
    MessageKey, MessageKeyRow {
        /// As in the event's row.
        run: Maybe<Count>,
        /// As in the event's row.
        instance: Unsigned,
        /// As in the event's row; with `node` and `instance` it names the event.
        sequence: Sequence,
        /// As in the event's row.
        time: Time,
        /// The peer. NULL in tables of the probe, which is itself the peer.
        peer_id: Maybe<Count>,
        /// The connection's type, as in the message's row.
        connection_type: Maybe<Word>,
        /// As the node sees it: `inbound`, `outbound`.
        direction: Word,
        /// The message's type.
        command: Text,
    }
}

impl Head for Envelope {
    const MAIN: bool = true;
    const TITLE: &'static str = "Main tables: a row is an event";

    fn row(event: &Event) -> EnvelopeRow<'_> {
        EnvelopeRow {
            extractor: event.extractor().word(),
            run: event.run,
            instance: event.instance,
            sequence: event.sequence,
            kind_sequence: event.kind_sequence,
            time: event.time_ns,
            monotonic_ns: event.monotonic_ns,
            bus_sequence: event.bus_sequence,
            bus_time: event.bus_time_ns,
        }
    }
}

impl Head for Key {
    const MAIN: bool = false;
    const TITLE: &'static str = "Tables of parts: a row is a part of an event";

    fn row(event: &Event) -> KeyRow<'_> {
        KeyRow {
            run: event.run,
            instance: event.instance,
            sequence: event.sequence,
            time: event.time_ns,
        }
    }
}

impl Head for MessageKey {
    const MAIN: bool = false;
    const TITLE: &'static str = "Tables of parts of messages: a row is an entry of a P2P message";

    fn row(event: &Event) -> MessageKeyRow<'_> {
        let mut row = MessageKeyRow {
            run: event.run,
            instance: event.instance,
            sequence: event.sequence,
            time: event.time_ns,
            // The probe has its messages from the node.
            direction: Direction::Outbound.word(),
            ..MessageKeyRow::default()
        };
        match &event.payload {
            Some(Payload::P2pMessage(message)) => {
                row.peer_id = Some(message.peer_id);
                row.connection_type = Some(message.connection_type().word());
                row.direction = message.direction().word();
                row.command = &message.command;
            }
            Some(Payload::ProbeAnnouncement(announcement)) => row.command = &announcement.command,
            _ => {}
        }
        row
    }
}
