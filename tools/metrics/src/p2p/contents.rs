//! What is inside inv, ping, feefilter, reject and version.

use peer_observer_event::{Body, COMMANDS, Direction, Inv, inventory_type_word};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::DIRECTIONS;
use crate::family::{Counters, Histograms, Labels, NodeName, register, register_histograms};
use crate::words::{OTHER, listed};

/// Transactions that Core announces at once to a peer in ordinary times.
const ORDINARY_TRANSACTIONS: u64 = 35;
/// Types of inventory items, the last one for all others.
const ITEM_TYPES: [u32; 7] = [1, 2, 3, 4, 5, 0x4000_0001, 0x4000_0002];
const TX: usize = 0;
const WTX: usize = 4;
/// How many types of items an inv message has.
const INV_MIXTURES: [&str; 3] = ["none", "one", "several"];
/// By how many bytes a ping's nonce needs.
const NONCE_SIZES: [&str; 6] = ["none", "0", "u8", "u16", "u32", "u64"];
/// The user agent of Core's private broadcast, which hides the sender.
const PRIVATE_BROADCAST_AGENT: &str = "/pynode:0.0.1/";

/// Families of contents.
pub(crate) struct ContentFamilies {
    inv_items: Counters<2>,
    inv_entries: Histograms<1>,
    invs: Counters<2>,
    large_invs: Counters<1>,
    pings: Counters<2>,
    feefilter: Histograms<1>,
    rejects: Counters<3>,
    private_broadcasts: Counters<1>,
}

impl ContentFamilies {
    pub(crate) fn new(registry: &mut Registry) -> ContentFamilies {
        ContentFamilies {
            inv_items: register(
                registry,
                "p2p_inv_items",
                "Items in inv messages, by type (items)",
            ),
            inv_entries: register_histograms(
                registry,
                "p2p_inv_entries",
                "Items in an inv message (items)",
                inv_histogram,
            ),
            invs: register(
                registry,
                "p2p_invs",
                "Inv messages whose items are of no, one or several types (messages)",
            ),
            large_invs: register(
                registry,
                "p2p_large_invs",
                "Inv messages that announce more than 35 transactions (messages)",
            ),
            pings: register(
                registry,
                "p2p_ping_nonces",
                "Pings by the smallest unsigned integer that holds their nonce (messages)",
            ),
            feefilter: register_histograms(
                registry,
                "p2p_feefilter_feerate_sat_per_kvb",
                "Fee rates in feefilter messages (satoshis for 1000 virtual bytes)",
                feerate_histogram,
            ),
            rejects: register(
                registry,
                "p2p_rejects",
                "Reject messages by rejected message and BIP61 code (messages)",
            ),
            private_broadcasts: register(
                registry,
                "p2p_private_broadcast_versions",
                "Version messages that look like Bitcoin Core's private broadcast (messages)",
            ),
        }
    }
}

fn inv_histogram() -> Histogram {
    Histogram::new([
        0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 35.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4,
        2e4, 5e4,
    ])
}

fn feerate_histogram() -> Histogram {
    Histogram::new([
        0.0, 99.0, 100.0, 999.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e9,
    ])
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
        let word = ("direction", direction.word());
        match body {
            Body::Ping(ping) => {
                let size = nonce_size(ping.nonce);
                let counter = self.pings[direction as usize][size].get_or_insert_with(|| {
                    let labels = Labels::new(node, [word, ("nonce", NONCE_SIZES[size])]);
                    families.pings.get_or_create_owned(&labels)
                });
                counter.inc();
            }
            Body::Inv(inv) => self.inv(node, direction, inv, families),
            Body::Feefilter(feefilter) => {
                let histogram = families
                    .feefilter
                    .get_or_create_owned(&Labels::new(node, [word]));
                histogram.observe(feefilter.feerate_sat_per_kvb as f64);
            }
            Body::Reject(reject) => {
                let message = listed(&COMMANDS, &reject.rejected_command);
                let others = [
                    word,
                    ("message", message),
                    ("code", reject_code(reject.code)),
                ];
                families
                    .rejects
                    .get_or_create(&Labels::new(node, others))
                    .inc();
            }
            Body::Version(version)
                if version.user_agent.as_deref() == Some(PRIVATE_BROADCAST_AGENT) =>
            {
                families
                    .private_broadcasts
                    .get_or_create(&Labels::new(node, [word]))
                    .inc();
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
        let word = ("direction", direction.word());
        let mut counts = [0u64; ITEM_TYPES.len() + 1];
        // Mostly all are of one type.
        for alike in inv.items.chunk_by(|one, next| one.r#type == next.r#type) {
            let known = ITEM_TYPES
                .iter()
                .position(|known| *known == alike[0].r#type);
            counts[known.unwrap_or(ITEM_TYPES.len())] += alike.len() as u64;
        }
        let handles = &mut self.inv_items[direction as usize];
        for (index, (slot, count)) in handles.iter_mut().zip(counts).enumerate() {
            if count == 0 {
                continue;
            }
            let counter = slot.get_or_insert_with(|| {
                let known = ITEM_TYPES.get(index).copied().and_then(inventory_type_word);
                let labels = Labels::new(node, [word, ("type", known.unwrap_or(OTHER))]);
                families.inv_items.get_or_create_owned(&labels)
            });
            counter.inc_by(count);
        }
        let entries = self.inv_entries[direction as usize].get_or_insert_with(|| {
            families
                .inv_entries
                .get_or_create_owned(&Labels::new(node, [word]))
        });
        entries.observe(inv.items.len() as f64);
        let types = counts.iter().filter(|count| **count > 0).count();
        let mixture = types.min(INV_MIXTURES.len() - 1);
        let invs = self.invs[direction as usize][mixture].get_or_insert_with(|| {
            let labels = Labels::new(node, [word, ("types", INV_MIXTURES[mixture])]);
            families.invs.get_or_create_owned(&labels)
        });
        invs.inc();
        if counts[TX] + counts[WTX] > ORDINARY_TRANSACTIONS {
            let large = self.large_invs[direction as usize].get_or_insert_with(|| {
                families
                    .large_invs
                    .get_or_create_owned(&Labels::new(node, [word]))
            });
            large.inc();
        }
    }
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

/// BIP61's names of the codes.
const fn reject_code(code: u32) -> &'static str {
    match code {
        0x01 => "malformed",
        0x10 => "invalid",
        0x11 => "obsolete",
        0x12 => "duplicate",
        0x40 => "nonstandard",
        0x41 => "dust",
        0x42 => "insufficientfee",
        0x43 => "checkpoint",
        _ => OTHER,
    }
}
