//! What the node tells over IPC: its tip, block templates, how fast it answers.

mod template;

use std::sync::Arc;

use peer_observer_event::{ChainReorganized, ChainTipChanged, IpcEcho, Payload};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Histograms, NodeName};
use crate::labels::probe::OBSERVED;
use crate::poll::{Poll, PollBuilder};
use crate::words::probe::OBSERVED as OBSERVED_WORDS;
use template::TemplateFamilies;

/// Blocks that a reorganisation disconnects.
const DEPTH_BUCKETS: [f64; 8] = [1.0, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0, 100.0];
/// 10 µs to 10 s.
const ECHO_BUCKETS: [f64; 13] = [
    1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0,
];

/// Families of what comes over IPC.
pub(crate) struct ChainFamilies {
    tip: Poll<ChainTipChanged>,
    tip_changes: Counters<1>,
    blocks: Counters<0>,
    reorganizations: Counters<0>,
    depth: Histograms<0>,
    latest_reorganization: Poll<ChainReorganized>,
    templates: TemplateFamilies,
    echo: Histograms<0>,
    latest_echo: Poll<IpcEcho>,
}

impl ChainFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> ChainFamilies {
        catalogue.area("IPC", "the node's IPC socket, by the extractor `ipc`");
        ChainFamilies {
            tip: PollBuilder::<ChainTipChanged>::within(catalogue)
                .gauge(
                    define("ipc_tip_height", "blocks", "Height of the chain's tip")
                        .source("`Mining.waitTipChanged`")
                        .existing("`ipc_block_tip_height`, as of the last poll"),
                    |tip| tip.height,
                )
                .finish(),
            tip_changes: catalogue.family(
                define(
                    "ipc_tip_changes",
                    "blocks",
                    "Blocks that became the tip, or part of the chain on the way to a later tip",
                )
                .labels([OBSERVED])
                .source("`Mining.waitTipChanged`, RPC over IPC"),
            ),
            blocks: catalogue.family(
                define(
                    "ipc_tip_advanced_blocks",
                    "blocks",
                    "Blocks by which new tips exceeded the tips before them, summed up",
                )
                .source("`Mining.waitTipChanged`"),
            ),
            reorganizations: catalogue.family(define(
                "ipc_reorganizations",
                "reorganisations",
                "Times the chain's tip moved to another branch",
            )),
            depth: catalogue.histograms(
                define(
                    "ipc_reorganization_depth_blocks",
                    "blocks",
                    "Blocks that a reorganisation took out of the chain",
                ),
                &DEPTH_BUCKETS,
            ),
            latest_reorganization: latest_reorganization(catalogue),
            templates: TemplateFamilies::new(catalogue),
            echo: catalogue.histograms(
                define(
                    "ipc_echo_duration_seconds",
                    "seconds",
                    "Time from an echo request over IPC to its answer",
                )
                .source("`Echo.echo`")
                .existing("`ipcextractor_ipc_fetch_duration_seconds`, of the method `get_tip`"),
                &ECHO_BUCKETS,
            ),
            latest_echo: PollBuilder::<IpcEcho>::within(catalogue)
                .gauge(
                    define(
                        "ipc_latest_echo_duration_seconds",
                        "seconds",
                        "Time from the last echo request over IPC to its answer",
                    )
                    .source("`Echo.echo`"),
                    |echo| echo.round_trip_ns as f64 / 1e9,
                )
                .finish(),
        }
    }
}

fn latest_reorganization(catalogue: &mut Catalogue) -> Poll<ChainReorganized> {
    PollBuilder::<ChainReorganized>::within(catalogue)
        .gauge(
            define(
                "ipc_latest_reorganization_depth_blocks",
                "blocks",
                "Blocks that the last reorganisation took out of the chain",
            ),
            |reorganization| reorganization.disconnected_blocks,
        )
        .gauge(
            define(
                "ipc_latest_reorganization_new_blocks",
                "blocks",
                "Blocks of the new branch at the last reorganisation",
            ),
            |reorganization| reorganization.connected_blocks,
        )
        .gauge(
            define(
                "ipc_latest_reorganization_fork_height",
                "blocks",
                "Height of the last block that both branches of the last reorganisation have",
            ),
            |reorganization| reorganization.fork_height,
        )
        .finish()
}

/// One node's part.
pub(crate) struct ChainMetrics {
    node: NodeName,
    /// By [`OBSERVED_WORDS`].
    tip_changes: [Counter; OBSERVED_WORDS.len()],
    blocks: Counter,
    reorganizations: Counter,
    depth: Histogram,
}

impl ChainMetrics {
    pub(crate) fn new(node: &NodeName, families: &ChainFamilies) -> ChainMetrics {
        ChainMetrics {
            node: Arc::clone(node),
            tip_changes: OBSERVED_WORDS.map(|word| families.tip_changes.handle(node, [word])),
            blocks: families.blocks.handle(node, []),
            reorganizations: families.reorganizations.handle(node, []),
            depth: families.depth.handle(node, []),
        }
    }

    /// Takes an event over; `is_current` is false in an earlier life of the node.
    pub(crate) fn event(&self, payload: &Payload, is_current: bool, families: &ChainFamilies) {
        let node = &self.node;
        match payload {
            Payload::ChainTipChanged(tip) => {
                self.tip_changes[usize::from(tip.observed)].inc();
                let advanced = tip.advanced_blocks.unwrap_or_default();
                self.blocks.inc_by(advanced.into());
                set(&families.tip, node, tip, is_current);
            }
            Payload::ChainReorganized(reorganization) => {
                self.reorganizations.inc();
                self.depth
                    .observe(reorganization.disconnected_blocks.into());
                let latest = &families.latest_reorganization;
                set(latest, node, reorganization, is_current);
            }
            Payload::BlockTemplate(template) => {
                families.templates.fold(node, template, is_current);
            }
            Payload::IpcEcho(echo) => {
                let seconds = echo.round_trip_ns as f64 / 1e9;
                families.echo.at(node, []).observe(seconds);
                set(&families.latest_echo, node, echo, is_current);
            }
            _ => {}
        }
    }

    /// Nobody asks the node over IPC any more: removes what was the case at last.
    pub(crate) fn clear(&self, families: &ChainFamilies) {
        families.tip.clear(&self.node);
        families.latest_reorganization.clear(&self.node);
        families.templates.clear(&self.node);
        families.latest_echo.clear(&self.node);
    }
}

fn set<R>(poll: &Poll<R>, node: &NodeName, report: &R, is_current: bool) {
    if is_current {
        poll.set(node, report);
    }
}
