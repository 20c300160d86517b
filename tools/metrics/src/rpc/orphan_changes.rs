//! Orphans that came and went between two replies to getorphantxs.

use std::collections::HashMap;

use peer_observer_event::OrphanTx;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, NodeName};

/// Families of the differences.
pub(crate) struct OrphanChangeFamilies {
    added: Counters<0>,
    added_bytes: Counters<0>,
    removed: Counters<0>,
    removed_bytes: Counters<0>,
}

impl OrphanChangeFamilies {
    /// Goes on with the area of getorphantxs.
    pub(crate) fn new(catalogue: &mut Catalogue) -> OrphanChangeFamilies {
        OrphanChangeFamilies {
            added: catalogue.family(
                define(
                    "rpc_orphan_transactions_added",
                    "transactions",
                    "Orphans that the reply before did not have; at least so many came",
                )
                .source("two replies")
                .existing("`rpc_getorphantxs_added_count`"),
            ),
            added_bytes: catalogue.family(
                define(
                    "rpc_orphan_transactions_added_bytes",
                    "bytes",
                    "Size of the orphans that the reply before did not have",
                )
                .source("two replies")
                .existing("`rpc_getorphantxs_added_bytes`"),
            ),
            removed: catalogue.family(
                define(
                    "rpc_orphan_transactions_removed",
                    "transactions",
                    "Orphans that the reply does not have any more; at least so many went",
                )
                .source("two replies")
                .existing("`rpc_getorphantxs_removed_count`"),
            ),
            removed_bytes: catalogue.family(
                define(
                    "rpc_orphan_transactions_removed_bytes",
                    "bytes",
                    "Size of the orphans that the reply does not have any more",
                )
                .source("two replies")
                .existing("`rpc_getorphantxs_removed_bytes`"),
            ),
        }
    }
}

/// One node's last reply: size by wtxid; `None` before the first one. As long
/// as the node's list of orphans.
#[derive(Default)]
pub(crate) struct OrphanChanges {
    last: Option<HashMap<Vec<u8>, u64>>,
}

impl OrphanChanges {
    pub(super) fn fold(
        &mut self,
        node: &NodeName,
        orphans: &[OrphanTx],
        families: &OrphanChangeFamilies,
    ) {
        let sizes = orphans.iter().filter_map(|orphan| {
            Some((
                orphan.wtxid.as_ref()?.to_vec(),
                orphan.size_bytes.unwrap_or_default(),
            ))
        });
        let now: HashMap<Vec<u8>, u64> = sizes.collect();
        if let Some(last) = &self.last {
            let (count, bytes) = missing(&now, last);
            families.added.at(node, []).inc_by(count);
            families.added_bytes.at(node, []).inc_by(bytes);
            let (count, bytes) = missing(last, &now);
            families.removed.at(node, []).inc_by(count);
            families.removed_bytes.at(node, []).inc_by(bytes);
        }
        self.last = Some(now);
    }

    /// A new life of the node has no orphans of the last one.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }
}

/// Count and size of what the first has and the second has not.
fn missing(these: &HashMap<Vec<u8>, u64>, those: &HashMap<Vec<u8>, u64>) -> (u64, u64) {
    let missing = these
        .iter()
        .filter(|(wtxid, _)| !those.contains_key(*wtxid));
    missing.fold((0, 0), |(count, sum), (_, bytes)| {
        (count + 1, sum.saturating_add(*bytes))
    })
}
