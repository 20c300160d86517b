//! The UTXO cache: 100,000 events a second and more while a node catches up.

use std::sync::Arc;

use peer_observer_event::UtxoCacheFlushed;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use crate::family::{Counters, Gauges, Labels, NodeName, SecondsCounters, gauge_value, register};
use crate::words::OTHER;

/// Families of the UTXO cache.
pub(crate) struct UtxoCacheFamilies {
    added: Counters<0>,
    spent: Counters<0>,
    uncached: Counters<0>,
    flushes: Counters<1>,
    flush_seconds: SecondsCounters<1>,
    flush_coins: Gauges<0>,
    flush_bytes: Gauges<0>,
}

impl UtxoCacheFamilies {
    pub(crate) fn new(registry: &mut Registry) -> UtxoCacheFamilies {
        UtxoCacheFamilies {
            added: register(
                registry,
                "utxocache_added",
                "Coins added to the UTXO cache (coins)",
            ),
            spent: register(
                registry,
                "utxocache_spent",
                "Coins spent in the UTXO cache (coins)",
            ),
            uncached: register(
                registry,
                "utxocache_uncached",
                "Coins taken out of the UTXO cache without being spent (coins)",
            ),
            flushes: register(
                registry,
                "utxocache_flushes",
                "Times the UTXO cache was written to disk, by mode (flushes)",
            ),
            flush_seconds: register(
                registry,
                "utxocache_flush_duration_seconds",
                "Time that writing the UTXO cache to disk took, by mode (seconds)",
            ),
            flush_coins: register(
                registry,
                "utxocache_latest_flush_coins",
                "Coins in the UTXO cache at the last flush (coins)",
            ),
            flush_bytes: register(
                registry,
                "utxocache_latest_flush_memory_bytes",
                "Memory of the UTXO cache at the last flush (bytes)",
            ),
        }
    }
}

/// One node's part.
pub(crate) struct UtxoCacheMetrics {
    node: NodeName,
    added: Counter,
    spent: Counter,
    uncached: Counter,
}

impl UtxoCacheMetrics {
    pub(crate) fn new(node: &NodeName, families: &UtxoCacheFamilies) -> UtxoCacheMetrics {
        let labels = Labels::node(node);
        UtxoCacheMetrics {
            node: Arc::clone(node),
            added: families.added.get_or_create_owned(&labels),
            spent: families.spent.get_or_create_owned(&labels),
            uncached: families.uncached.get_or_create_owned(&labels),
        }
    }

    pub(crate) fn added(&self) {
        self.added.inc();
    }

    pub(crate) fn spent(&self) {
        self.spent.inc();
    }

    pub(crate) fn uncached(&self) {
        self.uncached.inc();
    }

    pub(crate) fn flushed(&self, flushed: &UtxoCacheFlushed, families: &UtxoCacheFamilies) {
        let labels = Labels::new(&self.node, [("mode", mode(flushed.mode))]);
        families.flushes.get_or_create(&labels).inc();
        let seconds = flushed.duration_us as f64 / 1e6;
        families
            .flush_seconds
            .get_or_create(&labels)
            .inc_by(seconds);
        let labels = Labels::node(&self.node);
        families
            .flush_coins
            .get_or_create(&labels)
            .set(gauge_value(flushed.coins_count));
        families
            .flush_bytes
            .get_or_create(&labels)
            .set(gauge_value(flushed.coins_memory_bytes));
    }
}

/// Core's `FlushStateMode`.
const fn mode(number: u32) -> &'static str {
    match number {
        0 => "none",
        1 => "if_needed",
        2 => "periodic",
        3 => "always",
        4 => "force_sync",
        _ => OTHER,
    }
}
