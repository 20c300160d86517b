//! From a record of the ring to a draft of an event.

use std::collections::HashMap;

use bytes::Bytes;
use peer_observer_bus::Draft;
use peer_observer_event::{
    BlockConnected, ConnectionClosed, ConnectionEvicted, ConnectionMisbehaving, ConnectionOpened,
    ConnectionType, Cut, CutReason, MempoolAdded, MempoolRejected, MempoolRemoved, MempoolReplaced,
    Network, P2pMessage, Payload, UtxoAdded, UtxoCacheFlushed, UtxoSpent, UtxoUncached,
};
use peer_observer_p2p::codec::{self, Decoded};

use crate::clock::Clock;
use crate::record::{Fields, Record, flag};
use crate::settings::KeepSettings;
use crate::tracepoint::Tracepoint;

/// Peers whose network is remembered. Core has at most a few hundred
/// connections; beyond this the network stays absent.
const MOST_PEERS: usize = 10_000;

/// Makes events of records.
pub(crate) struct Converter {
    keep: KeepSettings,
    /// Set anew each second: the time of day may be corrected.
    pub(crate) clock: Clock,
    /// From the events of opened connections: messages do not say it.
    networks: HashMap<u64, Network>,
}

impl Converter {
    pub(crate) fn new(keep: KeepSettings) -> Converter {
        Converter {
            keep,
            clock: Clock::compare(),
            networks: HashMap::new(),
        }
    }

    /// The node has a new life: its peers have new ids.
    pub(crate) fn forget_peers(&mut self) {
        self.networks.clear();
    }

    pub(crate) fn draft(&mut self, record: &Record<'_>) -> Draft {
        let (payload, bulk_bytes) = self.payload(record);
        Draft {
            time_ns: self.clock.time_ns(record.monotonic_ns),
            monotonic_ns: Some(record.monotonic_ns),
            payload,
            bulk_bytes,
        }
    }

    fn payload(&mut self, record: &Record<'_>) -> (Payload, usize) {
        let is_cut = record.flags & flag::TEXT_CUT != 0;
        let small = match &record.fields {
            Fields::Message { .. } => return self.message(record),
            Fields::Connection { .. } => self.connection(record),
            Fields::Misbehaving { peer_id, reason } => {
                Payload::ConnectionMisbehaving(ConnectionMisbehaving {
                    peer_id: *peer_id,
                    reason: text(reason),
                    reason_cut: is_cut,
                })
            }
            Fields::Added {
                txid,
                size_vbytes,
                fee_sat,
            } => Payload::MempoolAdded(MempoolAdded {
                txid: hash(txid),
                size_vbytes: narrow(*size_vbytes),
                fee_sat: *fee_sat,
            }),
            Fields::Removed {
                txid,
                size_vbytes,
                fee_sat,
                entered_unix_seconds,
                reason,
            } => Payload::MempoolRemoved(MempoolRemoved {
                txid: hash(txid),
                reason: text(reason),
                size_vbytes: narrow(*size_vbytes),
                fee_sat: *fee_sat,
                entered_unix_seconds: *entered_unix_seconds,
            }),
            Fields::Replaced {
                txid,
                size_vbytes,
                fee_sat,
                entered_unix_seconds,
                replacement_hash,
                replacement_size_vbytes,
                replacement_fee_sat,
                replaced_by_transaction,
            } => Payload::MempoolReplaced(Box::new(MempoolReplaced {
                txid: hash(txid),
                size_vbytes: narrow(*size_vbytes),
                fee_sat: *fee_sat,
                entered_unix_seconds: *entered_unix_seconds,
                replacement_hash: hash(replacement_hash),
                replacement_size_vbytes: narrow(*replacement_size_vbytes),
                replacement_fee_sat: *replacement_fee_sat,
                replaced_by_transaction: *replaced_by_transaction,
            })),
            Fields::Rejected { txid, reason } => Payload::MempoolRejected(MempoolRejected {
                txid: hash(txid),
                reason: text(reason),
                reason_cut: is_cut,
            }),
            Fields::BlockConnected {
                block_hash,
                height,
                transactions,
                inputs,
                sigops_cost,
                duration_ns,
            } => Payload::BlockConnected(BlockConnected {
                block_hash: hash(block_hash),
                height: *height as i32,
                transaction_count: *transactions,
                input_count: *inputs as i32,
                sigops_cost: *sigops_cost,
                duration_ns: *duration_ns,
            }),
            Fields::Coin { .. } => coin(record),
            Fields::CacheFlushed {
                duration_us,
                mode,
                coins,
                memory_bytes,
                for_prune,
            } => Payload::UtxoCacheFlushed(UtxoCacheFlushed {
                duration_us: *duration_us,
                mode: narrow(*mode),
                coins_count: *coins,
                coins_memory_bytes: *memory_bytes,
                for_prune: *for_prune,
            }),
        };
        (small, 0)
    }

    fn message(&self, record: &Record<'_>) -> (Payload, usize) {
        let Fields::Message {
            peer_id,
            payload_bytes,
            command,
            connection_type,
            address,
            payload,
        } = record.fields
        else {
            unreachable!("the caller has matched the fields of a message")
        };
        let command = text(command);
        let Decoded {
            body,
            trailing_bytes,
            cut,
            bulk_bytes,
        } = match cut_reason(record.flags) {
            Some(reason) => Decoded {
                body: None,
                trailing_bytes: None,
                cut: Some(Cut {
                    reason: reason.into(),
                    kept_bytes: 0,
                }),
                bulk_bytes: 0,
            },
            None => codec::decode(&command, payload, self.keep.of(&command)),
        };
        let message = P2pMessage {
            peer_id,
            address: text(address),
            address_cut: record.flags & flag::TEXT_CUT != 0,
            network: self.networks.get(&peer_id).map(|network| *network as i32),
            connection_type: connection_type_of(connection_type) as i32,
            direction: record.tracepoint.direction() as i32,
            command,
            payload_bytes,
            cut,
            trailing_bytes,
            body,
        };
        (Payload::P2pMessage(message), bulk_bytes)
    }

    fn connection(&mut self, record: &Record<'_>) -> Payload {
        let Fields::Connection {
            peer_id,
            network,
            value,
            connection_type,
            address,
        } = record.fields
        else {
            unreachable!("the caller has matched the fields of a connection")
        };
        let address = text(address);
        let address_cut = record.flags & flag::TEXT_CUT != 0;
        let network = network_of(network);
        let connection_type = connection_type_of(connection_type) as i32;
        match record.tracepoint {
            Tracepoint::NetClosedConnection => {
                self.networks.remove(&peer_id);
                Payload::ConnectionClosed(ConnectionClosed {
                    peer_id,
                    address,
                    address_cut,
                    network: network as i32,
                    connection_type,
                    opened_unix_seconds: value,
                })
            }
            Tracepoint::NetEvictedInboundConnection => {
                Payload::ConnectionEvicted(ConnectionEvicted {
                    peer_id,
                    address,
                    address_cut,
                    network: network as i32,
                    connection_type,
                    opened_unix_seconds: value,
                })
            }
            _ => {
                if self.networks.len() < MOST_PEERS {
                    self.networks.insert(peer_id, network);
                }
                Payload::ConnectionOpened(ConnectionOpened {
                    peer_id,
                    address,
                    address_cut,
                    network: network as i32,
                    connection_type,
                    direction: record.tracepoint.direction() as i32,
                    existing_connections: value,
                })
            }
        }
    }
}

/// Why the payload is not in the record, if it is not.
fn cut_reason(flags: u32) -> Option<CutReason> {
    let reasons = [
        (flag::PAYLOAD_NOT_WANTED, CutReason::Setting),
        (flag::PAYLOAD_TOO_LARGE, CutReason::TooLarge),
        (flag::PAYLOAD_RING_FULL, CutReason::RingFull),
        (flag::PAYLOAD_FAULT, CutReason::ReadFault),
    ];
    reasons
        .into_iter()
        .find(|(flag, _)| flags & flag != 0)
        .map(|(_, reason)| reason)
}

fn coin(record: &Record<'_>) -> Payload {
    let Fields::Coin {
        txid,
        index,
        height,
        value_sat,
        coinbase,
    } = record.fields
    else {
        unreachable!("the caller has matched the fields of a coin")
    };
    let (txid, index, height) = (hash(txid), narrow(index), narrow(height));
    match record.tracepoint {
        Tracepoint::UtxocacheAdd => Payload::UtxoAdded(UtxoAdded {
            txid,
            index,
            height,
            value_sat,
            coinbase,
        }),
        Tracepoint::UtxocacheSpent => Payload::UtxoSpent(UtxoSpent {
            txid,
            index,
            height,
            value_sat,
            coinbase,
        }),
        _ => Payload::UtxoUncached(UtxoUncached {
            txid,
            index,
            height,
            value_sat,
            coinbase,
        }),
    }
}

/// Core holds these in 32 bits; a larger value can only be a fault of ours.
fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn hash(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(bytes)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn connection_type_of(word: &[u8]) -> ConnectionType {
    match word {
        b"inbound" => ConnectionType::Inbound,
        b"outbound-full-relay" => ConnectionType::OutboundFullRelay,
        b"block-relay-only" => ConnectionType::BlockRelayOnly,
        b"manual" => ConnectionType::Manual,
        b"feeler" => ConnectionType::Feeler,
        b"addr-fetch" => ConnectionType::AddrFetch,
        b"private-broadcast" => ConnectionType::PrivateBroadcast,
        // Empty where the text could not be read.
        b"" => ConnectionType::Unspecified,
        _ => ConnectionType::Other,
    }
}

/// Core's enum Network (netaddress.h).
fn network_of(number: u64) -> Network {
    match number {
        0 => Network::NotPubliclyRoutable,
        1 => Network::Ipv4,
        2 => Network::Ipv6,
        3 => Network::Onion,
        4 => Network::I2p,
        5 => Network::Cjdns,
        6 => Network::Internal,
        _ => Network::Unknown,
    }
}
