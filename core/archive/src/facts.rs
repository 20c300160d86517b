//! What the archive has to know of an event, read from its bytes without
//! decoding the rest. Event bytes are copied, never decoded and encoded again,
//! so fields that this version does not know survive.

use peer_observer_event::Kind;

use crate::lax::{Fields, Value};

/// What stands in the envelope of an encoded event, and a little of its payload.
/// Where a field comes several times the last one counts, as protobuf says.
/// Absent is 0 or empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventFacts<'a> {
    /// Name of the node; empty for events of the bus. Not always UTF-8 in a
    /// damaged event.
    pub node: &'a [u8],
    /// A value of the enum `Extractor`, possibly one of a later version.
    pub extractor: u64,
    /// Which life of the node: its start, in seconds since the epoch.
    pub run: Option<u64>,
    /// Changes when the extractor restarts.
    pub instance: u64,
    /// Counts the events of the instance.
    pub sequence: u64,
    /// Counts the events of the instance and kind.
    pub kind_sequence: u64,
    /// When it happened, in nanoseconds since the epoch.
    pub time_ns: u64,
    /// The place on the bus.
    pub bus_sequence: u64,
    /// When the bus took it, in nanoseconds since the epoch.
    pub bus_time_ns: u64,
    /// By the field of the payload; `Unspecified` for one of a later version.
    pub kind: Kind,
    /// The number of the payload's field in `Event`; 0 where there is none.
    pub payload_field: u32,
    /// The payload, encoded.
    pub payload: &'a [u8],
}

/// Keys of fields: number and wire type.
const NODE: u64 = 1 << 3 | 2;
const EXTRACTOR: u64 = 2 << 3;
const RUN: u64 = 3 << 3;
const INSTANCE: u64 = 4 << 3 | 1;
const SEQUENCE: u64 = 5 << 3;
const KIND_SEQUENCE: u64 = 6 << 3;
const TIME: u64 = 7 << 3 | 1;
const BUS_SEQUENCE: u64 = 9 << 3;
const BUS_TIME: u64 = 10 << 3 | 1;

const GAP_FIELD: u32 = 103;
const P2P_MESSAGE_FIELD: u32 = 20;
const FIRST_PAYLOAD_FIELD: u32 = 20;
/// Of `P2pMessage`.
const FIRST_BODY_FIELD: u32 = 20;

impl<'a> EventFacts<'a> {
    /// Reads any bytes; what is no protobuf ends the reading, and what stood
    /// before it counts.
    pub fn read(event: &'a [u8]) -> EventFacts<'a> {
        let mut facts = EventFacts::default();
        // Fails where nothing is left.
        let _ = facts.read_fields(Fields(event));
        facts
    }

    /// The fields as they nearly always are have ways of their own, because this
    /// is done for each event that is written.
    fn read_fields(&mut self, mut fields: Fields<'a>) -> Option<()> {
        loop {
            let key = fields.varint()?;
            match key {
                NODE => self.node = fields.bytes()?,
                EXTRACTOR => self.extractor = fields.varint()?,
                RUN => self.run = Some(fields.varint()?),
                INSTANCE => self.instance = fields.fixed64()?,
                SEQUENCE => self.sequence = fields.varint()?,
                KIND_SEQUENCE => self.kind_sequence = fields.varint()?,
                TIME => self.time_ns = fields.fixed64()?,
                BUS_SEQUENCE => self.bus_sequence = fields.varint()?,
                BUS_TIME => self.bus_time_ns = fields.fixed64()?,
                _ => {
                    let (field, value) = fields.value(key)?;
                    self.take(field, value);
                }
            }
        }
    }

    fn take(&mut self, field: u32, value: Value<'a>) {
        match (field, value) {
            (2, Value::Number(extractor)) => self.extractor = extractor,
            (3, Value::Number(run)) => self.run = Some(run),
            (4, Value::Number(instance)) => self.instance = instance,
            (5, Value::Number(sequence)) => self.sequence = sequence,
            (6, Value::Number(sequence)) => self.kind_sequence = sequence,
            (7, Value::Number(time_ns)) => self.time_ns = time_ns,
            (9, Value::Number(sequence)) => self.bus_sequence = sequence,
            (10, Value::Number(time_ns)) => self.bus_time_ns = time_ns,
            (FIRST_PAYLOAD_FIELD.., Value::Bytes(payload)) => {
                // A field that is no payload we know does not hide one that is.
                let kind = kind_of_field(field);
                if kind != Kind::Unspecified || self.payload_field == 0 {
                    self.payload_field = field;
                    self.payload = payload;
                    self.kind = kind;
                }
            }
            _ => {}
        }
    }

    /// Is it a gap notice: the message that events were lost before the bus?
    pub fn is_gap(&self) -> bool {
        self.payload_field == GAP_FIELD
    }

    /// Of a P2P message: its type as on the wire, which the peer has chosen.
    pub fn command(&self) -> Option<&'a [u8]> {
        self.p2p_message().map(|message| message.command)
    }

    /// What stands before the body of a P2P message; absent for other events.
    #[inline]
    pub fn p2p_message(&self) -> Option<MessageFacts<'a>> {
        if self.payload_field != P2P_MESSAGE_FIELD {
            return None;
        }
        let mut facts = MessageFacts::default();
        for (field, value) in Fields(self.payload) {
            match (field, value) {
                (1, Value::Number(peer_id)) => facts.peer_id = peer_id,
                (4, Value::Number(network)) => facts.network = Some(network),
                (6, Value::Number(direction)) => facts.direction = direction,
                (7, Value::Bytes(command)) => facts.command = command,
                (FIRST_BODY_FIELD.., _) => break,
                _ => {}
            }
        }
        Some(facts)
    }
}

/// What stands before the body of a P2P message. Absent is 0 or empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageFacts<'a> {
    /// The node's number for the peer.
    pub peer_id: u64,
    /// A value of the enum `Network`, where it is known.
    pub network: Option<u64>,
    /// A value of the enum `Direction`.
    pub direction: u64,
    /// The type as on the wire, which the peer has chosen.
    pub command: &'a [u8],
}

/// The kind of the payload in this field of `Event`.
fn kind_of_field(field: u32) -> Kind {
    match field {
        20 => Kind::P2pMessage,
        30..=33 => Kind::Connection,
        40..=43 => Kind::Mempool,
        50 => Kind::Validation,
        60..=63 => Kind::Utxocache,
        70..=87 => Kind::Rpc,
        100..=104 => Kind::Notice,
        110 => Kind::Heartbeat,
        111 => Kind::Tick,
        120..=121 => Kind::Log,
        130..=133 => Kind::Probe,
        140..=143 => Kind::Chain,
        150..=151 => Kind::Process,
        160 => Kind::Alert,
        _ => Kind::Unspecified,
    }
}
