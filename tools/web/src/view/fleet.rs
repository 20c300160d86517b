//! The reply about all nodes together: see `docs/api.md` and `docs/fleet.md`.

use std::collections::BTreeMap;
use std::sync::Arc;

use peer_observer_event::{Extractor, json::hash_hex};
use peer_observer_fleet::{
    Announcement, Branch, ChainBlock, ClockOffset, Fleet, Measure, Moment, Node, Relation,
    Reorganization, Sighting, Standing, Trail,
};
use serde::Serialize;

use super::View;

/// Of blocks, so many are shown: five hours of the main chain.
const MOST_BLOCKS: usize = 32;
/// Of transactions, so many: half an hour of the sample on the main chain.
const MOST_TRANSACTIONS: usize = 64;

/// `/api/v1/fleet`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FleetReply {
    bus_time_ns: String,
    /// One transaction in so many is followed.
    sampled_one_in: u32,
    ignored_events: u64,
    nodes: Vec<NodeRow>,
    blocks: Vec<TrailRow>,
    transactions: Vec<TrailRow>,
}

#[derive(Clone, Debug, Serialize)]
struct NodeRow {
    node: Arc<str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    present_since_ns: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tip: Option<TipRow>,
    standing: StandingRow,
    reorganizations: u64,
    disconnected_blocks: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_reorganization: Option<ReorganizationRow>,
    branches: Vec<BranchRow>,
    clocks: Vec<ClockRow>,
}

#[derive(Clone, Debug, Serialize)]
struct TipRow {
    height: i32,
    block_hash: String,
    since: MomentRow,
}

#[derive(Clone, Debug, Serialize)]
struct StandingRow {
    relation: &'static str,
    /// Of a fork: the last block that both branches have.
    #[serde(skip_serializing_if = "Option::is_none")]
    common_height: Option<i32>,
    blocks_behind: u32,
    behind_ns: u64,
    has_fallen_behind: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fork_since_ns: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ReorganizationRow {
    time_ns: String,
    depth: u32,
    old_height: i32,
    old_hash: String,
}

#[derive(Clone, Debug, Serialize)]
struct BranchRow {
    height: i64,
    block_hash: String,
    blocks: u64,
    status: String,
}

#[derive(Clone, Debug, Serialize)]
struct ClockRow {
    extractor: &'static str,
    ahead_ns: i64,
    spread_ns: u64,
}

/// A block or a transaction.
#[derive(Clone, Debug, Serialize)]
struct TrailRow {
    /// Block hash or wtxid.
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    txid: Option<String>,
    /// When the first node knew of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<MomentRow>,
    nodes: Vec<SightingRow>,
}

#[derive(Clone, Debug, Serialize)]
struct SightingRow {
    node: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<DelayRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<DelayRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    announced: Option<AnnouncementRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<MomentRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relayed: Option<MomentRow>,
    disconnected: bool,
}

#[derive(Clone, Debug, Serialize)]
struct MomentRow {
    time_ns: String,
    uncertainty_ns: u64,
}

/// After the first node.
#[derive(Clone, Debug, Serialize)]
struct DelayRow {
    after_ns: i64,
    uncertainty_ns: u64,
}

#[derive(Clone, Debug, Serialize)]
struct AnnouncementRow {
    #[serde(flatten)]
    moment: MomentRow,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Box<str>>,
}

impl View {
    /// All nodes together, in the order of the configuration.
    pub(crate) fn fleet(&self) -> FleetReply {
        let fleet = &self.fleet;
        let known: BTreeMap<&str, &Node> = fleet
            .nodes()
            .iter()
            .map(|node| (&**node.name(), node))
            .collect();
        let row = |name: &Arc<str>| match known.get(&**name) {
            Some(node) => NodeRow::of(node, fleet.bus_time_ns()),
            None => NodeRow::unknown(Arc::clone(name)),
        };
        let trails = |trails: &mut dyn Iterator<Item = &Trail>, most| {
            trails
                .take(most)
                .map(|trail| TrailRow::of(trail, fleet))
                .collect()
        };
        FleetReply {
            bus_time_ns: self.bus_time_ns.to_string(),
            sampled_one_in: fleet.sample().one_in(),
            ignored_events: fleet.ignored(),
            nodes: self.nodes.iter().map(|node| row(&node.name)).collect(),
            blocks: trails(&mut fleet.blocks(), MOST_BLOCKS),
            transactions: trails(&mut fleet.transactions(), MOST_TRANSACTIONS),
        }
    }
}

impl NodeRow {
    /// A node of the configuration of which nothing was heard yet.
    fn unknown(node: Arc<str>) -> NodeRow {
        NodeRow {
            node,
            labels: BTreeMap::new(),
            chain: None,
            present_since_ns: None,
            tip: None,
            standing: StandingRow::from(&Standing::default()),
            reorganizations: 0,
            disconnected_blocks: 0,
            latest_reorganization: None,
            branches: Vec::new(),
            clocks: Vec::new(),
        }
    }

    fn of(node: &Node, bus_time_ns: u64) -> NodeRow {
        NodeRow {
            node: Arc::clone(node.name()),
            labels: node.labels().to_map(),
            chain: node.chain().map(str::to_owned),
            present_since_ns: node.present_since_bus_ns().map(|since| since.to_string()),
            tip: node.tip().map(TipRow::from),
            standing: StandingRow::from(node.standing()),
            reorganizations: node.reorganizations(),
            disconnected_blocks: node.disconnected_blocks(),
            latest_reorganization: node.latest_reorganization().map(ReorganizationRow::from),
            branches: node.branches().iter().map(BranchRow::from).collect(),
            clocks: node.clocks(bus_time_ns).map(ClockRow::from).collect(),
        }
    }
}

impl TrailRow {
    fn of(trail: &Trail, fleet: &Fleet) -> TrailRow {
        let row = |sighting: &Sighting| SightingRow::of(trail, sighting, fleet);
        TrailRow {
            hash: hash_hex(&trail.hash),
            height: trail.height,
            txid: trail.txid.map(|txid| hash_hex(&txid)),
            first: trail.first(Measure::Seen).map(MomentRow::from),
            nodes: trail.sightings().iter().map(row).collect(),
        }
    }
}

impl SightingRow {
    fn of(trail: &Trail, sighting: &Sighting, fleet: &Fleet) -> SightingRow {
        let delay = |measure| {
            let delay = trail.delay(sighting, measure)?;
            Some(DelayRow {
                after_ns: delay.nanoseconds,
                uncertainty_ns: delay.uncertainty_ns,
            })
        };
        SightingRow {
            node: Arc::clone(fleet.nodes()[sighting.node].name()),
            seen: delay(Measure::Seen),
            accepted: delay(Measure::Accepted),
            announced: sighting.announced.as_ref().map(AnnouncementRow::from),
            received: sighting.received.map(MomentRow::from),
            relayed: sighting.relayed.map(MomentRow::from),
            disconnected: sighting.disconnected,
        }
    }
}

impl From<Moment> for MomentRow {
    fn from(moment: Moment) -> MomentRow {
        MomentRow {
            time_ns: moment.time_ns.to_string(),
            uncertainty_ns: moment.uncertainty_ns,
        }
    }
}

impl From<&Announcement> for AnnouncementRow {
    fn from(announcement: &Announcement) -> AnnouncementRow {
        AnnouncementRow {
            moment: announcement.moment.into(),
            message: announcement.message.word(),
            run: announcement.run,
            peer_id: announcement.peer_id,
            address: announcement.address.clone(),
        }
    }
}

impl From<&ChainBlock> for TipRow {
    fn from(tip: &ChainBlock) -> TipRow {
        TipRow {
            height: tip.height,
            block_hash: hash_hex(&tip.hash),
            since: tip.since.into(),
        }
    }
}

impl From<&Standing> for StandingRow {
    fn from(standing: &Standing) -> StandingRow {
        let common_height = match standing.relation {
            Relation::Fork { common_height } => common_height,
            _ => None,
        };
        StandingRow {
            relation: standing.relation.word(),
            common_height,
            blocks_behind: standing.blocks_behind,
            behind_ns: standing.behind_ns,
            has_fallen_behind: standing.has_fallen_behind,
            fork_since_ns: standing.fork_since_bus_ns.map(|since| since.to_string()),
        }
    }
}

impl From<&Reorganization> for ReorganizationRow {
    fn from(reorganization: &Reorganization) -> ReorganizationRow {
        ReorganizationRow {
            time_ns: reorganization.moment.time_ns.to_string(),
            depth: reorganization.depth,
            old_height: reorganization.old_height,
            old_hash: hash_hex(&reorganization.old_hash),
        }
    }
}

impl From<&Branch> for BranchRow {
    fn from(branch: &Branch) -> BranchRow {
        BranchRow {
            height: branch.height,
            block_hash: hash_hex(&branch.hash),
            blocks: branch.blocks,
            status: branch.status.to_string(),
        }
    }
}

impl From<(Extractor, ClockOffset)> for ClockRow {
    fn from((extractor, offset): (Extractor, ClockOffset)) -> ClockRow {
        ClockRow {
            extractor: extractor.word(),
            ahead_ns: offset.ahead_ns,
            spread_ns: offset.spread_ns,
        }
    }
}
