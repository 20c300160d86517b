//! Block templates that we had the node make.

use peer_observer_event::BlockTemplate;

use crate::catalogue::{Catalogue, define};
use crate::family::{Histograms, NodeName};
use crate::labels::probe::PERCENTILE;
use crate::poll::{Poll, PollBuilder};
use crate::words::probe::PERCENTILES;

/// 1 ms to 30 s.
const DURATION_BUCKETS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0,
];

/// Families of templates.
pub(super) struct TemplateFamilies {
    duration: Histograms<0>,
    latest: Poll<BlockTemplate>,
}

impl TemplateFamilies {
    /// Goes on with the area of IPC.
    pub(super) fn new(catalogue: &mut Catalogue) -> TemplateFamilies {
        TemplateFamilies {
            duration: catalogue.histograms(
                define(
                    "ipc_template_duration_seconds",
                    "seconds",
                    "Time that the node took to make a block template",
                )
                .source("`Mining.createNewBlock`"),
                &DURATION_BUCKETS,
            ),
            latest: latest(catalogue),
        }
    }

    pub(super) fn fold(&self, node: &NodeName, template: &BlockTemplate, is_current: bool) {
        let seconds = template.duration_ns as f64 / 1e9;
        self.duration.at(node, []).observe(seconds);
        if is_current {
            self.latest.set(node, template);
        }
    }

    pub(super) fn clear(&self, node: &NodeName) {
        self.latest.clear(node);
    }
}

fn latest(catalogue: &mut Catalogue) -> Poll<BlockTemplate> {
    PollBuilder::<BlockTemplate>::within(catalogue)
        .gauge(
            define(
                "ipc_template_height",
                "blocks",
                "Height of the block that the last template is for",
            )
            .source("`Mining.createNewBlock`"),
            |template| template.height,
        )
        .gauge(
            define(
                "ipc_template_transactions",
                "transactions",
                "Transactions in the last block template, without the coinbase",
            )
            .source("`Mining.createNewBlock`"),
            |template| template.transaction_count,
        )
        .gauge(
            define(
                "ipc_template_weight",
                "weight units",
                "Weight of the last block template",
            )
            .source("`Mining.createNewBlock`"),
            |template| template.weight,
        )
        .gauge(
            define(
                "ipc_template_fees_sat",
                "satoshis",
                "Fees of the transactions in the last block template",
            )
            .source("`BlockTemplate.getTxFees`"),
            |template| template.fees_sat,
        )
        .gauge(
            define(
                "ipc_template_sigops",
                "sigops cost",
                "Cost of the signature operations in the last block template",
            )
            .source("`BlockTemplate.getTxSigops`"),
            |template| template.sigops_cost,
        )
        .gauges(
            define(
                "ipc_template_feerate_sat_per_kvb",
                "satoshis for 1000 virtual bytes",
                "Fee rates in the last block template: what the next block costs",
            )
            .labels([PERCENTILE])
            .source("`BlockTemplate.getTxFees`, by weight"),
            |template| {
                let rates = template.fee_rates.iter();
                rates
                    .filter_map(|rate| {
                        let mut known = PERCENTILES.iter();
                        let (_, word) = known.find(|(known, _)| *known == rate.percentile)?;
                        Some(([*word], rate.feerate_sat_per_vbyte * 1000.0))
                    })
                    .collect()
            },
        )
        .finish()
}
