//! Blocks, reorganisations, block templates.

use bytes::Bytes;
use peer_observer_event::{
    BlockConnected, BlockHeader, BlockReconstruction, BlockTemplate, ChainReorganized,
    ChainTipChanged, CmpctBlock, Extractor, FeeRatePercentile, IpcEcho, Payload, ProbeAnnouncement,
    probe_announcement::Body,
};
use serde_json::Value;

use super::Watched;
use crate::view::chain::MOST_ENTRIES;

fn hash(number: i32) -> Bytes {
    let mut hash = [0; 32];
    hash[..4].copy_from_slice(&number.to_le_bytes());
    Bytes::copy_from_slice(&hash)
}

fn tip(number: i32, height: i32, observed: bool) -> Payload {
    Payload::ChainTipChanged(ChainTipChanged {
        block_hash: hash(number),
        height,
        advanced_blocks: observed.then_some(1),
        observed,
    })
}

fn connected(number: i32, height: i32) -> Payload {
    Payload::BlockConnected(BlockConnected {
        block_hash: hash(number),
        height,
        transaction_count: 7,
        ..BlockConnected::default()
    })
}

fn announced(number: i32) -> Payload {
    let block = CmpctBlock {
        header: Some(BlockHeader {
            hash: hash(number),
            ..BlockHeader::default()
        }),
        ..CmpctBlock::default()
    };
    Payload::ProbeAnnouncement(Box::new(ProbeAnnouncement {
        command: "cmpctblock".to_owned(),
        payload_bytes: 300,
        body: Some(Body::Cmpctblock(block)),
    }))
}

impl Watched {
    fn ipc(&mut self, payload: Payload) {
        self.from(Extractor::Ipc, 1, payload);
    }

    /// The latest first.
    fn entries(&self) -> Vec<Value> {
        let reply = serde_json::to_value(self.view.chain(Some("alice"))).unwrap();
        reply["nodes"][0]["entries"].as_array().unwrap().clone()
    }

    fn heights(&self) -> Vec<i64> {
        let entries = self.entries();
        let height = |entry: &Value| entry["block"]["height"].as_i64().unwrap_or(-1);
        entries.iter().map(height).collect()
    }
}

#[test]
fn all_that_is_told_of_a_block_stands_in_one_row() {
    let mut node = Watched::new();
    let first = node.now;
    node.from(Extractor::P2p, 1, announced(1));
    node.now += 1;
    node.from(Extractor::P2p, 1, announced(1));
    node.from(
        Extractor::Log,
        1,
        Payload::BlockReconstruction(Box::new(BlockReconstruction {
            block_hash: hash(1),
            high_bandwidth: Some(true),
            duration_seconds: Some(0.0125),
            requested_transactions: 5,
            ..BlockReconstruction::default()
        })),
    );
    node.see(connected(1, 203));
    node.ipc(tip(1, 203, true));
    let entries = node.entries();
    assert_eq!(entries.len(), 1);
    let block = &entries[0]["block"];
    assert!(block["block_hash"].as_str().unwrap().ends_with("0001"));
    assert_eq!(block["height"], 203);
    assert_eq!(block["announced_ns"], first.to_string());
    assert_eq!(block["reconstruction"]["duration_seconds"], 0.0125);
    assert_eq!(block["reconstruction"]["high_bandwidth"], true);
    assert_eq!(block["connected"]["transaction_count"], 7);
    assert_eq!(block["tip"]["observed"], true);
    assert_eq!(block["tip"]["advanced_blocks"], 1);
    let row = serde_json::to_value(node.view.node_rows()).unwrap();
    assert_eq!(row[0]["height"], 203);
}

#[test]
fn a_reorganisation_stands_between_its_branches() {
    let mut node = Watched::new();
    for height in 200..203 {
        node.see(connected(height, height));
        node.ipc(tip(height, height, true));
    }
    // The new branch is connected before anybody tells of the reorganisation.
    for height in 201..204 {
        node.see(connected(1_000 + height, height));
    }
    node.ipc(Payload::ChainReorganized(ChainReorganized {
        fork_height: 200,
        disconnected_blocks: 2,
        connected_blocks: 3,
        ..ChainReorganized::default()
    }));
    for height in 201..204 {
        node.ipc(tip(1_000 + height, height, height == 203));
    }
    assert_eq!(node.heights(), [203, 202, 201, -1, 202, 201, 200]);
    let entries = node.entries();
    assert_eq!(entries[3]["reorg"]["disconnected_blocks"], 2);
    let disconnected: Vec<bool> = entries
        .iter()
        .filter_map(|entry| entry["block"]["disconnected"].as_bool())
        .collect();
    assert_eq!(disconnected, [false, false, false, true, true, false]);
}

#[test]
fn the_list_is_bounded_and_says_when_it_changed() {
    let mut node = Watched::new();
    let changes = |node: &Watched| node.vitals()["chain"]["changes"].as_u64();
    assert_eq!(changes(&node), None);
    for height in 0..1_000 {
        node.from(Extractor::P2p, 1, announced(5_000 + height));
        node.ipc(tip(height, height, true));
    }
    assert_eq!(node.entries().len(), MOST_ENTRIES);
    assert_eq!(node.heights()[0], 999);
    let before = changes(&node);
    node.ipc(Payload::IpcEcho(IpcEcho { round_trip_ns: 1 }));
    assert_eq!(changes(&node), before);
    node.see(connected(999, 999));
    assert!(changes(&node) > before);
}

#[test]
fn the_last_template_and_echo_are_of_this_life() {
    let mut node = Watched::new();
    node.ipc(Payload::IpcEcho(IpcEcho {
        round_trip_ns: 150_000,
    }));
    let rate = FeeRatePercentile {
        percentile: 50,
        feerate_sat_per_vbyte: 2.5,
    };
    node.ipc(Payload::BlockTemplate(BlockTemplate {
        height: 204,
        fees_sat: 2_000_000,
        fee_rates: vec![rate; 5_000],
        ..BlockTemplate::default()
    }));
    let chain = node.vitals()["chain"].clone();
    assert_eq!(chain["echo"]["round_trip_ns"], 150_000);
    assert_eq!(chain["template"]["fees_sat"], 2_000_000);
    assert_eq!(
        chain["template"]["fee_rates"].as_array().unwrap().len(),
        101
    );
    node.run = Some(900);
    node.ipc(tip(1, 203, true));
    assert!(node.vitals()["chain"].get("template").is_none());
    assert!(node.vitals()["chain"].get("echo").is_none());
}
