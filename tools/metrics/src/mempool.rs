//! Transactions that enter and leave the mempool.

use std::sync::Arc;

use peer_observer_event::{MempoolAdded, MempoolRejected, MempoolRemoved, MempoolReplaced};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use crate::family::{Counters, Labels, NodeName, register};
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
    pub(crate) fn new(registry: &mut Registry) -> MempoolFamilies {
        MempoolFamilies {
            added: register(
                registry,
                "mempool_added",
                "Transactions that entered the mempool (transactions)",
            ),
            added_vbytes: register(
                registry,
                "mempool_added_vbytes",
                "Size of the transactions that entered the mempool (virtual bytes)",
            ),
            removed: register(
                registry,
                "mempool_removed",
                "Transactions that left the mempool, by reason (transactions)",
            ),
            removed_vbytes: register(
                registry,
                "mempool_removed_vbytes",
                "Size of the transactions that left the mempool, by reason (virtual bytes)",
            ),
            replaced: register(
                registry,
                "mempool_replaced",
                "Transactions that were replaced in the mempool (transactions)",
            ),
            replaced_vbytes: register(
                registry,
                "mempool_replaced_vbytes",
                "Size of the transactions that were replaced (virtual bytes)",
            ),
            rejected: register(
                registry,
                "mempool_rejected",
                "Transactions that the mempool rejected, by reason (transactions)",
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
        let labels = Labels::node(node);
        MempoolMetrics {
            node: Arc::clone(node),
            added: families.added.get_or_create_owned(&labels),
            added_vbytes: families.added_vbytes.get_or_create_owned(&labels),
            replaced: families.replaced.get_or_create_owned(&labels),
            replaced_vbytes: families.replaced_vbytes.get_or_create_owned(&labels),
            removed: Default::default(),
        }
    }

    pub(crate) fn added(&self, added: &MempoolAdded) {
        self.added.inc();
        self.added_vbytes.inc_by(added.size_vbytes.into());
    }

    pub(crate) fn removed(&mut self, removed: &MempoolRemoved, families: &MempoolFamilies) {
        let listed = REMOVAL_REASONS
            .iter()
            .position(|reason| *reason == removed.reason);
        let slot = &mut self.removed[listed.unwrap_or(REMOVAL_REASONS.len())];
        let (count, vbytes) = slot.get_or_insert_with(|| {
            let reason = listed.map_or(words::OTHER, |index| REMOVAL_REASONS[index]);
            let labels = Labels::new(&self.node, [("reason", reason)]);
            let count = families.removed.get_or_create_owned(&labels);
            (count, families.removed_vbytes.get_or_create_owned(&labels))
        });
        count.inc();
        vbytes.inc_by(removed.size_vbytes.into());
    }

    pub(crate) fn replaced(&self, replaced: &MempoolReplaced) {
        self.replaced.inc();
        self.replaced_vbytes.inc_by(replaced.size_vbytes.into());
    }

    pub(crate) fn rejected(&self, rejected: &MempoolRejected, families: &MempoolFamilies) {
        let reason = words::rejection(&rejected.reason);
        families
            .rejected
            .get_or_create(&Labels::new(&self.node, [("reason", reason)]))
            .inc();
    }
}
