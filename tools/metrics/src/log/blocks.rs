//! Blocks and headers in debug.log.

use peer_observer_event::{LogBlockChecked, LogBlockConnected, LogHeaderSeen};
use prometheus_client::metrics::counter::Counter;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, NodeName};
use crate::labels::log::{BLOCK_STATE, HEADER_FORM};
use crate::poll::{Poll, PollBuilder};
use crate::words::log::{FREQUENT_STATES, HEADER_FORMS, rare_state};

/// Families of blocks in the log.
pub(crate) struct BlockLineFamilies {
    connected: Counters<0>,
    latest_connected: Poll<LogBlockConnected>,
    checked: Counters<1>,
    headers: Counters<1>,
    latest_header: Poll<LogHeaderSeen>,
}

impl BlockLineFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> BlockLineFamilies {
        catalogue.area("Blocks in the log", "debug.log");
        BlockLineFamilies {
            connected: catalogue.family(
                define(
                    "log_blocks_connected",
                    "blocks",
                    "Blocks that were connected to the chain, as the log says it",
                )
                .source("`BlockConnected`, with -debug=validation")
                .existing("`log_block_connected_events`"),
            ),
            latest_connected: PollBuilder::<LogBlockConnected>::within(catalogue)
                .gauge(
                    define(
                        "log_block_connected_latest_height",
                        "blocks",
                        "Height of the block connected last, as the log says it",
                    )
                    .source("`BlockConnected`, with -debug=validation"),
                    |block| block.height,
                )
                .finish(),
            checked: catalogue.family(
                define(
                    "log_blocks_checked",
                    "blocks",
                    "Blocks that were checked, by what came out",
                )
                .labels([BLOCK_STATE])
                .source("`BlockChecked`, with -debug=validation")
                .existing(
                    "`log_block_checked_events`, and `log_mutated_blocks` for the five states \
                     that a peer can give to a block: bad-txnmrklroot, bad-txns-duplicate, \
                     bad-witness-merkle-match, bad-witness-nonce-size, unexpected-witness",
                ),
            ),
            headers: catalogue.family(
                define(
                    "log_headers_seen",
                    "headers",
                    "Headers of blocks that the node saw for the first time",
                )
                .labels([HEADER_FORM])
                .source("`Saw new header` and `Saw new cmpctblock header`"),
            ),
            latest_header: PollBuilder::<LogHeaderSeen>::within(catalogue)
                .gauge(
                    define(
                        "log_header_seen_latest_height",
                        "blocks",
                        "Height of the header that the node saw last",
                    )
                    .source("`Saw new header` and `Saw new cmpctblock header`"),
                    |header| header.height,
                )
                .finish(),
        }
    }

    pub(super) fn connected(&self, node: &NodeName, block: &LogBlockConnected, is_current: bool) {
        self.connected.at(node, []).inc();
        if is_current {
            self.latest_connected.set(node, block);
        }
    }

    pub(super) fn header_seen(&self, node: &NodeName, header: &LogHeaderSeen, is_current: bool) {
        let form = HEADER_FORMS[usize::from(header.compact_block)];
        self.headers.at(node, [form]).inc();
        if is_current {
            self.latest_header.set(node, header);
        }
    }

    pub(super) fn clear(&self, node: &NodeName) {
        self.latest_connected.clear(node);
        self.latest_header.clear(node);
    }
}

/// One node's part.
#[derive(Default)]
pub(crate) struct BlockLines {
    /// By [`FREQUENT_STATES`]. All of them are there once a block was checked,
    /// so that the first mutated one is seen as growth; without
    /// -debug=validation nobody knows, and there is none.
    checked: Option<[Counter; FREQUENT_STATES.len()]>,
}

impl BlockLines {
    pub(super) fn checked(
        &mut self,
        node: &NodeName,
        block: &LogBlockChecked,
        families: &BlockLineFamilies,
    ) {
        let checked = self.checked.get_or_insert_with(|| {
            FREQUENT_STATES.map(|state| families.checked.handle(node, [state]))
        });
        let mut states = FREQUENT_STATES.iter();
        match states.position(|state| *state == block.state) {
            Some(place) => checked[place].inc(),
            None => {
                let state = rare_state(&block.state);
                families.checked.at(node, [state]).inc()
            }
        };
    }
}
