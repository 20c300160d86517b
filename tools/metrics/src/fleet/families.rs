//! The families.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, FloatGauges, Gauges, Histograms};
use crate::labels::{CHAIN, EXTRACTOR, MOMENT};

/// 1 ms to 10 min.
const DELAY_BUCKETS: [f64; 15] = [
    0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 180.0, 600.0,
];
const NODES_BUCKETS: [f64; 11] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Families over all nodes.
pub(crate) struct FleetFamilies {
    pub(super) tip_height: Gauges<0>,
    pub(super) blocks_behind: Gauges<0>,
    pub(super) behind_seconds: FloatGauges<0>,
    pub(super) fallen_behind: Gauges<0>,
    pub(super) on_fork: Gauges<0>,
    pub(super) tips: Gauges<1>,
    pub(super) reorganizations: Counters<0>,
    pub(super) disconnected: Counters<0>,
    pub(super) first_blocks: Counters<1>,
    pub(super) block_delay: Histograms<1>,
    pub(super) first_transactions: Counters<1>,
    pub(super) transaction_delay: Histograms<1>,
    pub(super) uncertain: Counters<0>,
    pub(super) transaction_nodes: Histogram,
    pub(super) clock_offset: FloatGauges<1>,
    pub(super) clock_spread: FloatGauges<1>,
    pub(super) ignored: Counter,
}

impl FleetFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> FleetFamilies {
        catalogue.area(
            "Fleet",
            "all that tells of blocks, transactions and tips, of all nodes together; \
             docs/fleet.md defines the words",
        );
        FleetFamilies {
            tip_height: catalogue.family(define(
                "fleet_tip_height",
                "blocks",
                "Height of the tip of a node that is there, by whatever tells of it",
            )),
            blocks_behind: catalogue.family(define(
                "fleet_blocks_behind",
                "blocks",
                "By how much the best tip among a node's siblings is higher than its own",
            )),
            behind_seconds: catalogue.family(define(
                "fleet_behind_seconds",
                "seconds",
                "For how long a sibling has had the next block that a node lacks; 0 where it \
                 lacks none",
            )),
            fallen_behind: catalogue.family(define(
                "fleet_node_fallen_behind",
                "1 or 0",
                "Has a node lacked a block that a sibling has had for a minute, and not caught \
                 up since",
            )),
            on_fork: catalogue.family(define(
                "fleet_node_on_fork",
                "1 or 0",
                "Is a node's tip on another branch than the best tip among its siblings",
            )),
            tips: catalogue.process_family(
                define(
                    "fleet_different_tips",
                    "tips",
                    "How many different tips the nodes of one chain have; 1 while all agree",
                )
                .labels([CHAIN]),
            ),
            reorganizations: catalogue.family(define(
                "fleet_reorganizations",
                "reorganisations",
                "Times that a node left a branch of the chain for another one",
            )),
            disconnected: catalogue.family(define(
                "fleet_disconnected_blocks",
                "blocks",
                "Blocks that a node disconnected when it did so",
            )),
            first_blocks: catalogue.family(
                define(
                    "fleet_first_blocks",
                    "blocks",
                    "Blocks that a node knew of, or had connected, before all others",
                )
                .labels([MOMENT]),
            ),
            block_delay: catalogue.histograms(
                define(
                    "fleet_block_delay_seconds",
                    "seconds",
                    "Time from the first node that knew of a block, or had connected it, to \
                     each of the others",
                )
                .labels([MOMENT]),
                &DELAY_BUCKETS,
            ),
            first_transactions: catalogue.family(
                define(
                    "fleet_first_transactions",
                    "transactions",
                    "Transactions of the sample that a node knew of, or had in its mempool, \
                     before all others",
                )
                .labels([MOMENT]),
            ),
            transaction_delay: catalogue.histograms(
                define(
                    "fleet_transaction_delay_seconds",
                    "seconds",
                    "Time from the first node that knew of a transaction of the sample, or had \
                     it in its mempool, to each of the others",
                )
                .labels([MOMENT]),
                &DELAY_BUCKETS,
            ),
            uncertain: catalogue.family(define(
                "fleet_uncertain_delays",
                "delays",
                "Delays that are in no histogram because they are not known to a tenth of a \
                 second",
            )),
            transaction_nodes: catalogue.process_histogram(
                define(
                    "fleet_transaction_nodes",
                    "nodes",
                    "How many nodes knew of a transaction of the sample within a minute",
                ),
                &NODES_BUCKETS,
            ),
            clock_offset: catalogue.family(
                define(
                    "fleet_clock_offset_seconds",
                    "seconds",
                    "How far the clock of an extractor's host is ahead of the bus's, less the \
                     shortest delay of the way to the bus",
                )
                .labels([EXTRACTOR])
                .source("heartbeats of the last two minutes"),
            ),
            clock_spread: catalogue.family(
                define(
                    "fleet_clock_spread_seconds",
                    "seconds",
                    "By how much the estimates of that within the last two minutes differ",
                )
                .labels([EXTRACTOR])
                .source("heartbeats of the last two minutes"),
            ),
            ignored: catalogue.single(define(
                "fleet_ignored_events",
                "events",
                "Events of nodes beyond the 256th, which are compared with no other",
            )),
        }
    }
}
