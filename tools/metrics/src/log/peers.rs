//! Peers and their transactions in debug.log.

use peer_observer_event::{
    ConnectionType, LogPeerConnected, LogPeerDisconnected, LogPeerMisbehaving,
    LogTransactionAccepted, LogTransactionRejected,
};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Gauges, NodeName, gauge_value};
use crate::labels::log::DISCONNECT_REASON;
use crate::labels::{CONNECTION_TYPE, MISBEHAVIOUR, REJECTION_REASON};
use crate::words;

/// Families of peers in the log.
pub(crate) struct PeerLineFamilies {
    connected: Counters<1>,
    disconnected: Counters<1>,
    misbehaving: Counters<1>,
    accepted: Counters<0>,
    pool_transactions: Gauges<0>,
    pool_bytes: Gauges<0>,
    rejected: Counters<1>,
}

impl PeerLineFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> PeerLineFamilies {
        catalogue.area("Peers in the log", "debug.log");
        PeerLineFamilies {
            connected: catalogue.family(
                define(
                    "log_peers_connected",
                    "peers",
                    "Peers whose handshake is done, as the log says it",
                )
                .labels([CONNECTION_TYPE])
                .source("`New ... peer connected`; of inbound peers with -debug=net"),
            ),
            disconnected: catalogue.family(
                define(
                    "log_peer_disconnect_lines",
                    "lines",
                    "Lines that say that, or why, a peer is disconnected; one disconnection can \
                     be several",
                )
                .labels([DISCONNECT_REASON])
                .source("lines about disconnecting, with -debug=net"),
            ),
            misbehaving: catalogue.family(
                define(
                    "log_peers_misbehaving",
                    "times",
                    "Times a peer misbehaved, by Bitcoin Core's reason, as the log says it",
                )
                .labels([MISBEHAVIOUR])
                .source("`Misbehaving`, with -debug=net"),
            ),
            accepted: catalogue.family(
                define(
                    "log_transactions_accepted",
                    "transactions",
                    "Transactions of peers that the mempool accepted, as the log says it",
                )
                .source("`AcceptToMemoryPool`, with -debug=mempool"),
            ),
            pool_transactions: catalogue.family(
                define(
                    "log_mempool_transactions",
                    "transactions",
                    "Transactions in the mempool when it accepted the last one",
                )
                .source("`AcceptToMemoryPool`, with -debug=mempool"),
            ),
            pool_bytes: catalogue.family(
                define(
                    "log_mempool_memory_bytes",
                    "bytes",
                    "Memory of the mempool when it accepted the last transaction, in steps of 1000",
                )
                .source("`AcceptToMemoryPool`, with -debug=mempool"),
            ),
            rejected: catalogue.family(
                define(
                    "log_transactions_rejected",
                    "transactions",
                    "Transactions of peers that the mempool rejected, as the log says it",
                )
                .labels([REJECTION_REASON])
                .source("`was not accepted`, with -debug=mempoolrej"),
            ),
        }
    }

    pub(super) fn connected(&self, node: &NodeName, peer: &LogPeerConnected) {
        let connection_type = match peer.connection_type.as_deref() {
            Some(word) => ConnectionType::from_word(word).unwrap_or(ConnectionType::Other),
            None => ConnectionType::Unspecified,
        };
        self.connected.at(node, [connection_type.word()]).inc();
    }

    pub(super) fn disconnected(&self, node: &NodeName, peer: &LogPeerDisconnected) {
        self.disconnected.at(node, [peer.reason().word()]).inc();
    }

    pub(super) fn misbehaving(&self, node: &NodeName, peer: &LogPeerMisbehaving) {
        let reason = words::misbehaviour(&peer.reason);
        self.misbehaving.at(node, [reason]).inc();
    }

    pub(super) fn rejected(&self, node: &NodeName, transaction: &LogTransactionRejected) {
        let reason = words::rejection(&transaction.reason);
        self.rejected.at(node, [reason]).inc();
    }
}

/// One node's part: in a storm, thousands of transactions a second.
#[derive(Default)]
pub(crate) struct PeerLines {
    accepted: Option<Accepted>,
}

struct Accepted {
    count: Counter,
    pool_transactions: Gauge,
    pool_bytes: Gauge,
}

impl PeerLines {
    pub(super) fn accepted(
        &mut self,
        node: &NodeName,
        transaction: &LogTransactionAccepted,
        is_current: bool,
        families: &PeerLineFamilies,
    ) {
        let accepted = self.accepted.get_or_insert_with(|| Accepted {
            count: families.accepted.handle(node, []),
            pool_transactions: families.pool_transactions.handle(node, []),
            pool_bytes: families.pool_bytes.handle(node, []),
        });
        accepted.count.inc();
        if !is_current {
            return;
        }
        if let Some(transactions) = transaction.pool_transactions {
            accepted.pool_transactions.set(gauge_value(transactions));
        }
        if let Some(kilobytes) = transaction.pool_kilobytes {
            let bytes = kilobytes.saturating_mul(1000);
            accepted.pool_bytes.set(gauge_value(bytes));
        }
    }

    pub(super) fn clear(&mut self, node: &NodeName, families: &PeerLineFamilies) {
        self.accepted = None;
        families.pool_transactions.remove(node, []);
        families.pool_bytes.remove(node, []);
    }
}
