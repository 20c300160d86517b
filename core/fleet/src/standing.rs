//! How the nodes' chains stand to each other.
//!
//! Nodes are compared with those of the same chain that are there. The best
//! tip is the highest, of several at one height that of most nodes, then the
//! one that a node had first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::Hash;
use crate::node::Node;
use crate::recent_chain::ChainBlock;

/// A node that lacks a block that a sibling has had for so long, in
/// nanoseconds, has fallen behind: blocks cross the network within seconds.
const FALLEN_BEHIND_NS: u64 = 60_000_000_000;
/// It has caught up when it lacks none that a sibling has had for so long.
const CAUGHT_UP_NS: u64 = 10_000_000_000;

/// Where a node's tip is, seen from its siblings'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Relation {
    /// There is nothing to compare: no tip, the node is not there, or no sibling is.
    #[default]
    Unknown,
    /// It is the best tip.
    Best,
    /// It is below the best tip, and in the best chain as far as that is known.
    Behind,
    /// It is on a branch of its own.
    Fork {
        /// The last block that both branches have, where that is known.
        common_height: Option<i32>,
    },
}

/// How a node stands to its siblings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Where its tip is.
    pub relation: Relation,
    /// By how many blocks the best tip is higher.
    pub blocks_behind: u32,
    /// For how long a sibling has had the next block that this node lacks, in
    /// nanoseconds; 0 where it lacks none.
    pub behind_ns: u64,
    /// It lacks a block that a sibling has had for a minute, and has not caught up since.
    pub has_fallen_behind: bool,
    /// The bus's time since when it is on a branch of its own.
    pub fork_since_bus_ns: Option<u64>,
}

impl Relation {
    /// A word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Relation::Unknown => "unknown",
            Relation::Best => "best",
            Relation::Behind => "behind",
            Relation::Fork { .. } => "fork",
        }
    }
}

/// Brings the standings up to date; once a second.
pub(crate) fn compare(nodes: &mut [Node], bus_time_ns: u64) {
    let chains = chains(nodes);
    let best = best_of_chains(nodes, &chains);
    let standings: Vec<Standing> = nodes
        .iter()
        .zip(&chains)
        .map(|(node, chain)| {
            let best = best.get(chain).filter(|_| node.compared_tip().is_some());
            let (relation, blocks_behind, behind_ns) = best.map_or_else(Default::default, |best| {
                relation(node, &nodes[*best], bus_time_ns)
            });
            next(
                node.standing,
                relation,
                blocks_behind,
                behind_ns,
                bus_time_ns,
            )
        })
        .collect();
    for (node, standing) in nodes.iter_mut().zip(standings) {
        node.standing = standing;
    }
}

/// The chain that each node is on. Those that have not said so yet are taken to
/// be on the only one there is; where there are several they are by themselves.
fn chains(nodes: &[Node]) -> Vec<&str> {
    let mut known: Vec<&str> = nodes.iter().filter_map(Node::chain).collect();
    known.sort_unstable();
    known.dedup();
    let default = match known[..] {
        [only] => only,
        _ => "",
    };
    nodes
        .iter()
        .map(|node| node.chain().unwrap_or(default))
        .collect()
}

/// The node with the best tip of each chain that at least two nodes are on that
/// are there.
fn best_of_chains<'a>(nodes: &[Node], chains: &[&'a str]) -> BTreeMap<&'a str, usize> {
    let mut holders: BTreeMap<(&str, Hash), usize> = BTreeMap::new();
    let mut compared: BTreeMap<&str, Vec<(usize, &ChainBlock)>> = BTreeMap::new();
    for (place, (node, chain)) in nodes.iter().zip(chains).enumerate() {
        if let Some(tip) = node.compared_tip() {
            *holders.entry((chain, tip.hash)).or_default() += 1;
            compared.entry(chain).or_default().push((place, tip));
        }
    }
    let several = compared.into_iter().filter(|(_, tips)| tips.len() > 1);
    let best = several.filter_map(|(chain, tips)| {
        let best = tips.into_iter().max_by_key(|(place, tip)| {
            let holders = holders.get(&(chain, tip.hash)).copied();
            let first = Reverse((tip.since.time_ns, *place));
            (tip.height, holders, first)
        });
        best.map(|(place, _)| (chain, place))
    });
    best.collect()
}

/// Height of the highest tip on the chain of the node at this place, as far as
/// it is known.
pub(crate) fn highest(nodes: &[Node], place: usize) -> Option<i32> {
    let chains = chains(nodes);
    let tips = nodes.iter().zip(&chains);
    let of_chain = tips.filter(|(_, chain)| **chain == chains[place]);
    of_chain
        .filter_map(|(node, _)| Some(node.compared_tip()?.height))
        .max()
}

fn relation(node: &Node, best: &Node, bus_time_ns: u64) -> (Relation, u32, u64) {
    let (Some(tip), Some(best_tip)) = (node.recent.tip(), best.recent.tip()) else {
        return Default::default();
    };
    let blocks_behind = best_tip.height.saturating_sub(tip.height).max(0) as u32;
    let next_block = best.recent.above(tip.height);
    let behind_ns = next_block.map_or(0, |block| {
        let since = u64::try_from(block.since.time_ns).unwrap_or_default();
        bus_time_ns.saturating_sub(since)
    });
    let relation = match best.recent.at(tip.height) {
        _ if tip.hash == best_tip.hash => Relation::Best,
        Some(block) if block.hash != tip.hash => Relation::Fork {
            common_height: node.recent.common(&best.recent),
        },
        _ => Relation::Behind,
    };
    (relation, blocks_behind, behind_ns)
}

fn next(
    last: Standing,
    relation: Relation,
    blocks_behind: u32,
    behind_ns: u64,
    bus_time_ns: u64,
) -> Standing {
    let threshold_ns = match last.has_fallen_behind {
        true => CAUGHT_UP_NS,
        false => FALLEN_BEHIND_NS,
    };
    let is_on_fork = matches!(relation, Relation::Fork { .. });
    let fork_since = last.fork_since_bus_ns.unwrap_or(bus_time_ns);
    Standing {
        relation,
        blocks_behind,
        behind_ns,
        has_fallen_behind: blocks_behind > 0 && behind_ns >= threshold_ns,
        fork_since_bus_ns: is_on_fork.then_some(fork_since),
    }
}

/// How many different tips the nodes that are there have, by the chain's name;
/// an empty one where no node has said it.
pub(crate) fn tips(nodes: &[Node]) -> BTreeMap<&str, usize> {
    let chains = chains(nodes);
    let tips: BTreeSet<(&str, Hash)> = nodes
        .iter()
        .zip(chains)
        .filter_map(|(node, chain)| Some((chain, node.compared_tip()?.hash)))
        .collect();
    let mut counts = BTreeMap::new();
    for (chain, _) in tips {
        *counts.entry(chain).or_default() += 1;
    }
    counts
}
