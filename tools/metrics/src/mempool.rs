//! Transactions that enter and leave the mempool.

use std::sync::Arc;

use peer_observer_event::{
    MempoolAdded, MempoolRejected, MempoolRemoved, MempoolReplaced, Payload,
};
use prometheus_client::metrics::counter::Counter;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, NodeName};
use crate::labels::{REJECTION_REASON, REMOVAL_REASON};
use crate::words::{self, REMOVAL_REASONS};

/// Families of the mempool.
pub(crate) struct MempoolFamilies {
    added: Counters<0>,
    added_vbytes: Counters<0>,
    removed: Counters<1>,
    removed_vbytes: Counters<1>,
    replaced: Counters<0>,
    replaced_vbytes: Counters<0>,
    rejected: Counters<1>,
}

impl MempoolFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> MempoolFamilies {
        catalogue.area("Mempool", "tracepoints `mempool:*`");
        MempoolFamilies {
            added: catalogue.family(
                define(
                    "mempool_added",
                    "transactions",
                    "Transactions that entered the mempool",
                )
                .source("tracepoint `mempool:added`")
                .existing("`mempool_added`"),
            ),
            added_vbytes: catalogue.family(
                define(
                    "mempool_added_vbytes",
                    "virtual bytes",
                    "Size of the transactions that entered the mempool",
                )
                .source("tracepoint `mempool:added`")
                .existing("`mempool_added_vbytes`"),
            ),
            removed: catalogue.family(
                define(
                    "mempool_removed",
                    "transactions",
                    "Transactions that left the mempool, by reason",
                )
                .labels([REMOVAL_REASON])
                .source("tracepoint `mempool:removed`")
                .existing(
                    "`mempool_removed`, where most removals by a block are lost without notice",
                ),
            ),
            removed_vbytes: catalogue.family(
                define(
                    "mempool_removed_vbytes",
                    "virtual bytes",
                    "Size of the transactions that left the mempool, by reason",
                )
                .labels([REMOVAL_REASON])
                .source("tracepoint `mempool:removed`"),
            ),
            replaced: catalogue.family(
                define(
                    "mempool_replaced",
                    "transactions",
                    "Transactions that were replaced in the mempool",
                )
                .source("tracepoint `mempool:replaced`")
                .existing("`mempool_replaced`"),
            ),
            replaced_vbytes: catalogue.family(
                define(
                    "mempool_replaced_vbytes",
                    "virtual bytes",
                    "Size of the transactions that were replaced",
                )
                .source("tracepoint `mempool:replaced`")
                .existing("`mempool_replaced_vbytes`"),
            ),
            rejected: catalogue.family(
                define(
                    "mempool_rejected",
                    "transactions",
                    "Transactions that the mempool rejected, by reason",
                )
                .labels([REJECTION_REASON])
                .source("tracepoint `mempool:rejected`")
                .existing("`mempool_rejected`, a series for each text"),
            ),
        }
    }
}

/// One node's part.
pub(crate) struct MempoolMetrics {
    node: NodeName,
    added: Counter,
    added_vbytes: Counter,
    replaced: Counter,
    replaced_vbytes: Counter,
    /// Count and size by [`REMOVAL_REASONS`], the last one for others.
    removed: [Option<(Counter, Counter)>; REMOVAL_REASONS.len() + 1],
}

impl MempoolMetrics {
    pub(crate) fn new(node: &NodeName, families: &MempoolFamilies) -> MempoolMetrics {
        MempoolMetrics {
            node: Arc::clone(node),
            added: families.added.handle(node, []),
            added_vbytes: families.added_vbytes.handle(node, []),
            replaced: families.replaced.handle(node, []),
            replaced_vbytes: families.replaced_vbytes.handle(node, []),
            removed: Default::default(),
        }
    }

    pub(crate) fn event(&mut self, payload: &Payload, families: &MempoolFamilies) {
        match payload {
            Payload::MempoolAdded(added) => self.added(added),
            Payload::MempoolRemoved(removed) => self.removed(removed, families),
            Payload::MempoolReplaced(replaced) => self.replaced(replaced),
            Payload::MempoolRejected(rejected) => self.rejected(rejected, families),
            _ => {}
        }
    }

    fn added(&self, added: &MempoolAdded) {
        self.added.inc();
        self.added_vbytes.inc_by(added.size_vbytes.into());
    }

    fn removed(&mut self, removed: &MempoolRemoved, families: &MempoolFamilies) {
        let listed = REMOVAL_REASONS
            .iter()
            .position(|reason| *reason == removed.reason);
        let slot = &mut self.removed[listed.unwrap_or(REMOVAL_REASONS.len())];
        let (count, vbytes) = slot.get_or_insert_with(|| {
            let reason = listed.map_or(words::OTHER, |index| REMOVAL_REASONS[index]);
            let count = families.removed.handle(&self.node, [reason]);
            (count, families.removed_vbytes.handle(&self.node, [reason]))
        });
        count.inc();
        vbytes.inc_by(removed.size_vbytes.into());
    }

    fn replaced(&self, replaced: &MempoolReplaced) {
        self.replaced.inc();
        self.replaced_vbytes.inc_by(replaced.size_vbytes.into());
    }

    fn rejected(&self, rejected: &MempoolRejected, families: &MempoolFamilies) {
        let reason = words::rejection(&rejected.reason);
        families.rejected.at(&self.node, [reason]).inc();
    }
}
