//! Addresses that peers sent between two replies to getpeerinfo.

use std::collections::HashMap;

use peer_observer_event::PeerInfo;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, NodeName};

/// Families of the growth.
pub(crate) struct PeerChangeFamilies {
    processed: Counters<0>,
    rate_limited: Counters<0>,
}

impl PeerChangeFamilies {
    /// Goes on with the area of getpeerinfo.
    pub(crate) fn new(catalogue: &mut Catalogue) -> PeerChangeFamilies {
        PeerChangeFamilies {
            processed: catalogue.family(
                define(
                    "rpc_peer_info_addresses_processed",
                    "addresses",
                    "Addresses from peers that the node processed, since the first reply",
                )
                .source("`addr_processed`, growth by peer")
                .existing(
                    "`rpc_peer_info_addr_processed_total`, a sum over the peers of the moment: it \
                     falls when a peer leaves",
                ),
            ),
            rate_limited: catalogue.family(
                define(
                    "rpc_peer_info_addresses_rate_limited",
                    "addresses",
                    "Addresses from peers that the node ignored because of the rate limit, since \
                     the first reply",
                )
                .source("`addr_rate_limited`, growth by peer")
                .existing(
                    "`rpc_peer_info_addr_ratelimited_total`, a sum over the peers of the moment: \
                     it falls when a peer leaves",
                ),
            ),
        }
    }
}

/// One node's last reply: addresses processed and rate limited, by peer;
/// `None` before the first one. As long as the node's list of peers.
#[derive(Default)]
pub(crate) struct PeerChanges {
    last: Option<HashMap<u64, (u64, u64)>>,
}

impl PeerChanges {
    /// The node counts by peer and forgets a peer's count with the peer: the
    /// growth since the last reply is summed up instead.
    pub(super) fn fold(
        &mut self,
        node: &NodeName,
        peers: &[PeerInfo],
        families: &PeerChangeFamilies,
    ) {
        let counts = peers.iter().filter_map(|peer| {
            let processed = peer.addresses_processed.unwrap_or_default();
            let rate_limited = peer.addresses_rate_limited.unwrap_or_default();
            Some((peer.peer_id?, (processed, rate_limited)))
        });
        let now: HashMap<u64, (u64, u64)> = counts.collect();
        if let Some(last) = &self.last {
            let (mut processed, mut rate_limited) = (0u64, 0u64);
            for (peer, counts) in &now {
                let before = last.get(peer).copied().unwrap_or_default();
                processed = processed.saturating_add(counts.0.saturating_sub(before.0));
                rate_limited = rate_limited.saturating_add(counts.1.saturating_sub(before.1));
            }
            families.processed.at(node, []).inc_by(processed);
            families.rate_limited.at(node, []).inc_by(rate_limited);
        }
        self.last = Some(now);
    }

    /// A new life of the node: its peers begin at 0.
    pub(super) fn forget(&mut self) {
        if let Some(last) = &mut self.last {
            last.clear();
        }
    }
}
