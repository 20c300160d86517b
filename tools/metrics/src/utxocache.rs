//! The UTXO cache: 100,000 events a second and more while a node catches up.

use std::sync::Arc;

use peer_observer_event::{Payload, UtxoCacheFlushed};
use prometheus_client::metrics::counter::Counter;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Gauges, NodeName, SecondsCounters, gauge_value};
use crate::labels::FLUSH_MODE;
use crate::words::{FLUSH_MODES, word_of};

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
    pub(crate) fn new(catalogue: &mut Catalogue) -> UtxoCacheFamilies {
        catalogue.area("UTXO cache", "tracepoints `utxocache:*`");
        UtxoCacheFamilies {
            added: catalogue.family(
                define("utxocache_added", "coins", "Coins added to the UTXO cache")
                    .source("tracepoint `utxocache:add`"),
            ),
            spent: catalogue.family(
                define("utxocache_spent", "coins", "Coins spent in the UTXO cache")
                    .source("tracepoint `utxocache:spent`"),
            ),
            uncached: catalogue.family(
                define(
                    "utxocache_uncached",
                    "coins",
                    "Coins taken out of the UTXO cache without being spent",
                )
                .source("tracepoint `utxocache:uncache`"),
            ),
            flushes: catalogue.family(
                define(
                    "utxocache_flushes",
                    "flushes",
                    "Times the UTXO cache was written to disk, by mode",
                )
                .labels([FLUSH_MODE])
                .source("tracepoint `utxocache:flush`"),
            ),
            flush_seconds: catalogue.family(
                define(
                    "utxocache_flush_duration_seconds",
                    "seconds",
                    "Time that writing the UTXO cache to disk took, by mode",
                )
                .labels([FLUSH_MODE])
                .source("tracepoint `utxocache:flush`"),
            ),
            flush_coins: catalogue.family(
                define(
                    "utxocache_latest_flush_coins",
                    "coins",
                    "Coins in the UTXO cache at the last flush",
                )
                .source("tracepoint `utxocache:flush`"),
            ),
            flush_bytes: catalogue.family(
                define(
                    "utxocache_latest_flush_memory_bytes",
                    "bytes",
                    "Memory of the UTXO cache at the last flush",
                )
                .source("tracepoint `utxocache:flush`"),
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
        UtxoCacheMetrics {
            node: Arc::clone(node),
            added: families.added.handle(node, []),
            spent: families.spent.handle(node, []),
            uncached: families.uncached.handle(node, []),
        }
    }

    pub(crate) fn event(&self, payload: &Payload, families: &UtxoCacheFamilies) {
        match payload {
            Payload::UtxoAdded(_) => {
                self.added.inc();
            }
            Payload::UtxoSpent(_) => {
                self.spent.inc();
            }
            Payload::UtxoUncached(_) => {
                self.uncached.inc();
            }
            Payload::UtxoCacheFlushed(flushed) => self.flushed(flushed, families),
            _ => {}
        }
    }

    fn flushed(&self, flushed: &UtxoCacheFlushed, families: &UtxoCacheFamilies) {
        let mode = word_of(&FLUSH_MODES, flushed.mode);
        families.flushes.at(&self.node, [mode]).inc();
        let seconds = flushed.duration_us as f64 / 1e6;
        families
            .flush_seconds
            .at(&self.node, [mode])
            .inc_by(seconds);
        families
            .flush_coins
            .at(&self.node, [])
            .set(gauge_value(flushed.coins_count));
        families
            .flush_bytes
            .at(&self.node, [])
            .set(gauge_value(flushed.coins_memory_bytes));
    }
}
