//! P2P messages: counts and sizes, and what is inside some of them.

mod addresses;
mod command;
mod contents;

use std::sync::Arc;

use peer_observer_event::{Body, CutReason, Direction, P2pMessage, Payload};
use prometheus_client::metrics::counter::Counter;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, NodeName};
use crate::labels::{CONNECTION_TYPE, CUT_REASON, DIRECTION, MESSAGE};
use crate::slots::{CONNECTION_TYPES, DIRECTIONS};
use crate::words::p2p::COMMAND_WORDS;
pub(crate) use addresses::ENTRIES_BUCKETS;
pub(crate) use addresses::bits;
use addresses::{AddressFamilies, AddressMetrics, Form};
use command::command_index;
use contents::{ContentFamilies, ContentMetrics};
pub(crate) use contents::{INV_BUCKETS, count_by_type};

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
    pub(crate) fn new(catalogue: &mut Catalogue) -> P2pFamilies {
        catalogue.area(
            "P2P messages",
            "tracepoints `net:inbound_message` and `net:outbound_message`",
        );
        P2pFamilies {
            messages: catalogue.family(
                define(
                    "p2p_messages",
                    "messages",
                    "P2P messages by type; the types without a decoder together are `other`",
                )
                .labels([DIRECTION, MESSAGE, CONNECTION_TYPE])
                .existing(
                    "`p2p_message_count`; there the type of the connection is a number, and \
                     feelers are full-relay connections",
                ),
            ),
            bytes: catalogue.family(
                define(
                    "p2p_message_bytes",
                    "bytes",
                    "Size of the payloads of P2P messages, without the transport's framing",
                )
                .labels([DIRECTION, MESSAGE, CONNECTION_TYPE])
                .existing("`p2p_message_bytes`"),
            ),
            undecodable: catalogue.family(
                define(
                    "p2p_undecodable_messages",
                    "messages",
                    "P2P messages whose payload does not follow the format of their type",
                )
                .labels([DIRECTION, MESSAGE])
                .existing("none: such messages are not seen"),
            ),
            cut: catalogue.family(
                define(
                    "p2p_cut_messages",
                    "messages",
                    "P2P messages that were observed without all of their payload",
                )
                .labels([DIRECTION, MESSAGE, CUT_REASON]),
            ),
            trailing: catalogue.family(
                define(
                    "p2p_trailing_bytes_messages",
                    "messages",
                    "P2P messages with bytes left over behind the end of their content",
                )
                .labels([DIRECTION, MESSAGE]),
            ),
            addresses: AddressFamilies::new(catalogue),
            contents: ContentFamilies::new(catalogue),
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

    /// Takes a message over; `time_ns` is when it was there.
    pub(crate) fn event(&mut self, payload: &Payload, time_ns: u64, families: &P2pFamilies) {
        if let Payload::P2pMessage(message) = payload {
            self.message(message, time_ns, families);
        }
    }

    fn message(&mut self, message: &P2pMessage, time_ns: u64, families: &P2pFamilies) {
        let command = command_index(message);
        let direction = message.direction();
        let connection_type = message.connection_type();
        let row = direction as usize * COMMAND_WORDS.len() + command;
        let slot = &mut self.series[row * CONNECTION_TYPES + connection_type as usize];
        let series = slot.get_or_insert_with(|| {
            let values = [
                direction.word(),
                COMMAND_WORDS[command],
                connection_type.word(),
            ];
            Series {
                messages: families.messages.handle(&self.node, values),
                bytes: families.bytes.handle(&self.node, values),
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
        let values = [direction.word(), COMMAND_WORDS[command], reason.word()];
        families.cut.at(&self.node, values).inc();
    }

    #[cold]
    fn flaw(&self, direction: Direction, command: usize, counters: &Counters<2>) {
        let values = [direction.word(), COMMAND_WORDS[command]];
        counters.at(&self.node, values).inc();
    }
}
