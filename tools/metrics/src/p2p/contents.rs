//! What is inside inv, ping, feefilter, reject and version.

use peer_observer_event::{Body, COMMANDS, Direction, Inv};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Histograms, NodeName};
use crate::labels::{
    DIRECTION, IMPLEMENTATION, INV_MIXTURE, ITEM_TYPE, NONCE_SIZE, REJECT_CODE, REJECTED_MESSAGE,
};
use crate::slots::DIRECTIONS;
use crate::words::p2p::{INV_MIXTURES, ITEM_TYPES, NONCE_SIZES, item_type_word};
use crate::words::{self, listed};

/// Transactions that Core announces at once to a peer in ordinary times.
const ORDINARY_TRANSACTIONS: u64 = 35;
/// Places in [`ITEM_TYPES`].
const TX: usize = 0;
const WTX: usize = 4;
/// The user agent of Core's private broadcast, which hides the sender.
const PRIVATE_BROADCAST_AGENT: &str = "/pynode:0.0.1/";

pub(crate) const INV_BUCKETS: [f64; 18] = [
    0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 35.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4,
    5e4,
];
/// On both sides of the thresholds that nodes have: 100 and 1000 satoshis.
const FEERATE_BUCKETS: [f64; 13] = [
    0.0, 99.0, 100.0, 999.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e9,
];

/// Families of contents.
pub(crate) struct ContentFamilies {
    inv_items: Counters<2>,
    inv_entries: Histograms<1>,
    invs: Counters<2>,
    large_invs: Counters<1>,
    pings: Counters<2>,
    feefilter: Histograms<1>,
    rejects: Counters<3>,
    versions: Counters<2>,
    private_broadcasts: Counters<1>,
}

impl ContentFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> ContentFamilies {
        ContentFamilies {
            inv_items: catalogue.family(
                define("p2p_inv_items", "items", "Items in inv messages, by type")
                    .labels([DIRECTION, ITEM_TYPE])
                    .existing("`p2p_inv_entries`"),
            ),
            inv_entries: catalogue.histograms(
                define("p2p_inv_entries", "items", "Items in an inv message")
                    .labels([DIRECTION])
                    .existing("`p2p_inv_entries_histogram`, with 46 buckets"),
                &INV_BUCKETS,
            ),
            invs: catalogue.family(
                define(
                    "p2p_invs",
                    "messages",
                    "Inv messages whose items are of no, one or several types",
                )
                .labels([DIRECTION, INV_MIXTURE])
                .existing(
                    "`p2p_invs_homogeneous` and `p2p_invs_heterogeneous`, where an empty message \
                     counts as one with several types",
                ),
            ),
            large_invs: catalogue.family(
                define(
                    "p2p_large_invs",
                    "messages",
                    "Inv messages that announce more than 35 transactions, by txid and wtxid",
                )
                .labels([DIRECTION])
                .existing("`p2p_invs_outbound_large`, of outbound messages only"),
            ),
            pings: catalogue.family(
                define(
                    "p2p_ping_nonces",
                    "messages",
                    "Pings by the smallest unsigned integer that holds their nonce",
                )
                .labels([DIRECTION, NONCE_SIZE])
                .existing(
                    "`p2p_ping_inbound_value`, of inbound pings only; `p2p_oldping_subnet` counts \
                     those without nonce by subnet, which peers choose",
                ),
            ),
            feefilter: catalogue.histograms(
                define(
                    "p2p_feefilter_feerate_sat_per_kvb",
                    "satoshis for 1000 virtual bytes",
                    "Fee rates in feefilter messages",
                )
                .labels([DIRECTION])
                .existing(
                    "`p2p_feefilter_feerate` counts by each single fee rate, which peers choose",
                ),
                &FEERATE_BUCKETS,
            ),
            rejects: catalogue.family(
                define(
                    "p2p_rejects",
                    "messages",
                    "Reject messages by rejected message and code",
                )
                .labels([DIRECTION, REJECTED_MESSAGE, REJECT_CODE])
                .existing("`p2p_reject_message`, with the text of inbound ones as label"),
            ),
            versions: catalogue.family(
                define(
                    "p2p_versions",
                    "messages",
                    "Version messages by what their sender is",
                )
                .labels([DIRECTION, IMPLEMENTATION])
                .existing(
                    "`p2p_version_useragent` has the user agent as label, which peers choose",
                ),
            ),
            private_broadcasts: catalogue.family(
                define(
                    "p2p_private_broadcast_versions",
                    "messages",
                    "Version messages that look like Bitcoin Core's private broadcast",
                )
                .labels([DIRECTION])
                .existing("`conn_private_transaction_broadcast`, of inbound ones only"),
            ),
        }
    }
}

/// One node's handles of what is frequent.
#[derive(Default)]
pub(crate) struct ContentMetrics {
    pings: [[Option<Counter>; NONCE_SIZES.len()]; DIRECTIONS],
    inv_items: [[Option<Counter>; ITEM_TYPES.len() + 1]; DIRECTIONS],
    inv_entries: [Option<Histogram>; DIRECTIONS],
    invs: [[Option<Counter>; INV_MIXTURES.len()]; DIRECTIONS],
    large_invs: [Option<Counter>; DIRECTIONS],
}

impl ContentMetrics {
    pub(crate) fn fold(
        &mut self,
        node: &NodeName,
        direction: Direction,
        body: &Body,
        families: &ContentFamilies,
    ) {
        let word = direction.word();
        match body {
            Body::Ping(ping) => {
                let size = nonce_size(ping.nonce);
                let counter = self.pings[direction as usize][size]
                    .get_or_insert_with(|| families.pings.handle(node, [word, NONCE_SIZES[size]]));
                counter.inc();
            }
            Body::Inv(inv) => self.inv(node, direction, inv, families),
            Body::Feefilter(feefilter) => {
                let feerate = feefilter.feerate_sat_per_kvb as f64;
                families.feefilter.at(node, [word]).observe(feerate);
            }
            Body::Reject(reject) => {
                let message = listed(&COMMANDS, &reject.rejected_command);
                let code = words::word_of(&words::REJECT_CODES, reject.code);
                families.rejects.at(node, [word, message, code]).inc();
            }
            Body::Version(version) => {
                let user_agent = version.user_agent.as_deref().unwrap_or_default();
                let implementation = words::implementation(user_agent);
                families.versions.at(node, [word, implementation]).inc();
                if user_agent == PRIVATE_BROADCAST_AGENT {
                    families.private_broadcasts.at(node, [word]).inc();
                }
            }
            _ => {}
        }
    }

    fn inv(
        &mut self,
        node: &NodeName,
        direction: Direction,
        inv: &Inv,
        families: &ContentFamilies,
    ) {
        let word = direction.word();
        let counts = count_by_type(inv);
        let handles = &mut self.inv_items[direction as usize];
        for (index, (slot, count)) in handles.iter_mut().zip(counts).enumerate() {
            if count == 0 {
                continue;
            }
            let counter = slot.get_or_insert_with(|| {
                let item_type = item_type_word(index);
                families.inv_items.handle(node, [word, item_type])
            });
            counter.inc_by(count);
        }
        let entries = self.inv_entries[direction as usize]
            .get_or_insert_with(|| families.inv_entries.handle(node, [word]));
        entries.observe(inv.items.len() as f64);
        let types = counts.iter().filter(|count| **count > 0).count();
        let mixture = types.min(INV_MIXTURES.len() - 1);
        let invs = self.invs[direction as usize][mixture]
            .get_or_insert_with(|| families.invs.handle(node, [word, INV_MIXTURES[mixture]]));
        invs.inc();
        if counts[TX] + counts[WTX] > ORDINARY_TRANSACTIONS {
            let large = self.large_invs[direction as usize]
                .get_or_insert_with(|| families.large_invs.handle(node, [word]));
            large.inc();
        }
    }
}

/// Items by type, in the order of [`ITEM_TYPES`], the last number for all others.
pub(crate) fn count_by_type(inv: &Inv) -> [u64; ITEM_TYPES.len() + 1] {
    let mut counts = [0; ITEM_TYPES.len() + 1];
    // Mostly all are of one type.
    for alike in inv.items.chunk_by(|one, next| one.r#type == next.r#type) {
        let known = ITEM_TYPES
            .iter()
            .position(|known| *known == alike[0].r#type);
        counts[known.unwrap_or(ITEM_TYPES.len())] += alike.len() as u64;
    }
    counts
}

/// Place in [`NONCE_SIZES`].
fn nonce_size(nonce: Option<u64>) -> usize {
    let Some(nonce) = nonce else { return 0 };
    match nonce {
        0 => 1,
        1..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 4,
        _ => 5,
    }
}
