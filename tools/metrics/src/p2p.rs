//! P2P messages: counts and sizes, and what is inside some of them.

mod addresses;
mod command;
mod contents;

use std::sync::Arc;

use peer_observer_event::{Body, CutReason, Direction, P2pMessage};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use crate::connection::CONNECTION_TYPES;
use crate::family::{Counters, Labels, NodeName, register};
use addresses::{AddressFamilies, AddressMetrics, Form};
use command::{COMMAND_WORDS, command_index};
use contents::{ContentFamilies, ContentMetrics};

/// Values of [`Direction`].
const DIRECTIONS: usize = Direction::Outbound as usize + 1;

/// Families of P2P messages.
pub(crate) struct P2pFamilies {
    messages: Counters<3>,
    bytes: Counters<3>,
    undecodable: Counters<2>,
    cut: Counters<3>,
    trailing: Counters<2>,
    addresses: AddressFamilies,
    contents: ContentFamilies,
}

impl P2pFamilies {
    pub(crate) fn new(registry: &mut Registry) -> P2pFamilies {
        P2pFamilies {
            messages: register(
                registry,
                "p2p_messages",
                "P2P messages by type; the types without a decoder together are `other` (messages)",
            ),
            bytes: register(
                registry,
                "p2p_message_bytes",
                "Size of the payloads of P2P messages, without the transport's framing (bytes)",
            ),
            undecodable: register(
                registry,
                "p2p_undecodable_messages",
                "P2P messages whose payload does not follow the format of their type (messages)",
            ),
            cut: register(
                registry,
                "p2p_cut_messages",
                "P2P messages that were observed without all of their payload (messages)",
            ),
            trailing: register(
                registry,
                "p2p_trailing_bytes_messages",
                "P2P messages with bytes left over behind the end of their content (messages)",
            ),
            addresses: AddressFamilies::new(registry),
            contents: ContentFamilies::new(registry),
        }
    }
}

/// One node's part: the counters of every direction, type of message and type
/// of connection, made when the first such message comes.
pub(crate) struct P2pMetrics {
    node: NodeName,
    series: Box<[Option<Series>]>,
    addresses: AddressMetrics,
    contents: ContentMetrics,
}

struct Series {
    messages: Counter,
    bytes: Counter,
}

impl P2pMetrics {
    pub(crate) fn new(node: &NodeName) -> P2pMetrics {
        let slots = DIRECTIONS * COMMAND_WORDS.len() * CONNECTION_TYPES;
        P2pMetrics {
            node: Arc::clone(node),
            series: std::iter::repeat_with(|| None).take(slots).collect(),
            addresses: AddressMetrics::default(),
            contents: ContentMetrics::default(),
        }
    }

    pub(crate) fn message(&mut self, message: &P2pMessage, time_ns: u64, families: &P2pFamilies) {
        let command = command_index(message);
        let direction = message.direction();
        let connection_type = message.connection_type();
        let row = direction as usize * COMMAND_WORDS.len() + command;
        let slot = &mut self.series[row * CONNECTION_TYPES + connection_type as usize];
        let series = slot.get_or_insert_with(|| {
            let others = [
                ("direction", direction.word()),
                ("message", COMMAND_WORDS[command]),
                ("connection_type", connection_type.word()),
            ];
            let labels = Labels::new(&self.node, others);
            Series {
                messages: families.messages.get_or_create_owned(&labels),
                bytes: families.bytes.get_or_create_owned(&labels),
            }
        });
        series.messages.inc();
        series.bytes.inc_by(message.payload_bytes);
        if let Some(cut) = &message.cut {
            self.cut(direction, command, cut.reason(), families);
        }
        if message.trailing_bytes.is_some_and(|bytes| bytes > 0) {
            self.flaw(direction, command, &families.trailing);
        }
        let Some(body) = &message.body else { return };
        match body {
            Body::Undecodable(_) => self.flaw(direction, command, &families.undecodable),
            Body::Addr(addr) => {
                self.addresses.fold(
                    &self.node,
                    message,
                    Form::Addr,
                    &addr.entries,
                    time_ns,
                    &families.addresses,
                );
            }
            Body::Addrv2(addr) => {
                self.addresses.fold(
                    &self.node,
                    message,
                    Form::Addrv2,
                    &addr.entries,
                    time_ns,
                    &families.addresses,
                );
            }
            body => self
                .contents
                .fold(&self.node, direction, body, &families.contents),
        }
    }

    #[cold]
    fn cut(&self, direction: Direction, command: usize, reason: CutReason, families: &P2pFamilies) {
        let others = [
            ("direction", direction.word()),
            ("message", COMMAND_WORDS[command]),
            ("reason", reason.word()),
        ];
        families
            .cut
            .get_or_create(&Labels::new(&self.node, others))
            .inc();
    }

    #[cold]
    fn flaw(&self, direction: Direction, command: usize, counters: &Counters<2>) {
        let others = [
            ("direction", direction.word()),
            ("message", COMMAND_WORDS[command]),
        ];
        counters
            .get_or_create(&Labels::new(&self.node, others))
            .inc();
    }
}
