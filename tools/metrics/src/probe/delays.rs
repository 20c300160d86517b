//! How long before or after connecting a block the node announces it to us: the
//! announcement and the connecting are joined by the block's hash.

use std::collections::VecDeque;

use peer_observer_event::probe_announcement::Body;
use peer_observer_event::{Event, ProbeAnnouncement};

use crate::catalogue::{Catalogue, define};
use crate::family::{FloatGauges, Histograms, NodeName};
use crate::labels::probe::BLOCK_ANNOUNCEMENT;

/// A compact block is announced before it is connected: up to 10 s before, up
/// to a minute after.
const DELAY_BUCKETS: [f64; 25] = [
    -10.0, -5.0, -2.5, -1.0, -0.5, -0.25, -0.1, -0.05, -0.025, -0.01, -0.001, 0.0, 0.001, 0.01,
    0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];
/// Blocks that wait for their other half. A node that catches up connects
/// thousands that it announces to nobody.
const MOST_BLOCKS: usize = 64;
/// For so long, by the bus's time.
const LONGEST_WAIT_NS: u64 = 600_000_000_000;
/// Core announces at most so many blocks at once (`MAX_BLOCKS_TO_ANNOUNCE`);
/// more are an answer to somebody who asked.
const MOST_ANNOUNCED: usize = 8;
/// Inventory type of blocks.
const BLOCK: u32 = 2;
/// On one host, the two clocks of two events agree at least so well on the time
/// between them.
const SAME_HOST_NS: u128 = 1_000_000_000;

/// Families of the delays.
pub(super) struct DelayFamilies {
    delay: Histograms<1>,
    latest: FloatGauges<0>,
}

impl DelayFamilies {
    pub(super) fn new(catalogue: &mut Catalogue) -> DelayFamilies {
        let source = "the extractor `p2p`, and the tracepoint `validation:block_connected`";
        DelayFamilies {
            delay: catalogue.histograms(
                define(
                    "probe_block_announcement_delay_seconds",
                    "seconds",
                    "Time from connecting a block to its first announcement to us; negative \
                     where the announcement came first, as with compact blocks. Without a sum, \
                     which could fall",
                )
                .labels([BLOCK_ANNOUNCEMENT])
                .source(source),
                &DELAY_BUCKETS,
            ),
            latest: catalogue.family(
                define(
                    "probe_latest_block_announcement_delay_seconds",
                    "seconds",
                    "Time from connecting the last block to its first announcement to us; \
                     negative where the announcement came first",
                )
                .source(source),
            ),
        }
    }

    pub(super) fn clear(&self, node: &NodeName) {
        self.latest.remove(node, []);
    }
}

/// One node's last blocks.
#[derive(Default)]
pub(super) struct BlockDelays {
    /// In the order in which they were first heard of.
    blocks: VecDeque<Block>,
    /// When our connection was made: what the node connected before, it tells
    /// us because we ask.
    connection_since_ns: u64,
}

struct Block {
    hash: [u8; 32],
    since_bus_time_ns: u64,
    announced: Option<(Moment, &'static str)>,
    connected: Option<Moment>,
}

/// When something happened, on both clocks.
#[derive(Clone, Copy)]
struct Moment {
    time_ns: u64,
    monotonic_ns: Option<u64>,
}

impl BlockDelays {
    pub(super) fn connection_opened(&mut self, time_ns: u64) {
        self.connection_since_ns = time_ns;
        self.blocks.retain(|block| {
            let connected = block.connected;
            connected.is_none_or(|connected| connected.time_ns >= time_ns)
        });
    }

    pub(super) fn announced(
        &mut self,
        node: &NodeName,
        event: &Event,
        announcement: &ProbeAnnouncement,
        families: &DelayFamilies,
    ) {
        match &announcement.body {
            Some(Body::Cmpctblock(block)) => {
                let hashes = block.header.iter().map(|header| &*header.hash);
                self.announce(node, event, "cmpctblock", hashes, families);
            }
            Some(Body::Headers(headers)) if headers.headers.len() <= MOST_ANNOUNCED => {
                let hashes = headers.headers.iter().map(|header| &*header.hash);
                self.announce(node, event, "headers", hashes, families);
            }
            Some(Body::Inv(inv)) => {
                let blocks = inv.items.iter().filter(|item| item.r#type == BLOCK);
                if blocks.clone().count() <= MOST_ANNOUNCED {
                    let hashes = blocks.map(|item| &item.hash[..]);
                    self.announce(node, event, "inv", hashes, families);
                }
            }
            _ => {}
        }
    }

    fn announce<'a>(
        &mut self,
        node: &NodeName,
        event: &Event,
        message: &'static str,
        hashes: impl Iterator<Item = &'a [u8]>,
        families: &DelayFamilies,
    ) {
        for hash in hashes {
            if let Some(block) = self.block(event, hash)
                && block.announced.is_none()
            {
                block.announced = Some((Moment::of(event), message));
                block.observe(node, families);
            }
        }
    }

    pub(super) fn connected(
        &mut self,
        node: &NodeName,
        event: &Event,
        hash: &[u8],
        families: &DelayFamilies,
    ) {
        if event.time_ns < self.connection_since_ns {
            return;
        }
        if let Some(block) = self.block(event, hash)
            && block.connected.is_none()
        {
            block.connected = Some(Moment::of(event));
            block.observe(node, families);
        }
    }

    /// What is known of the block; `None` for what is no hash.
    fn block(&mut self, event: &Event, hash: &[u8]) -> Option<&mut Block> {
        let hash: [u8; 32] = hash.try_into().ok()?;
        let now = event.bus_time_ns;
        let waits_too_long =
            |block: &Block| now.saturating_sub(block.since_bus_time_ns) > LONGEST_WAIT_NS;
        while self.blocks.front().is_some_and(waits_too_long) {
            self.blocks.pop_front();
        }
        let place = self.blocks.iter().rposition(|block| block.hash == hash);
        if place.is_none() {
            if self.blocks.len() == MOST_BLOCKS {
                self.blocks.pop_front();
            }
            self.blocks.push_back(Block {
                hash,
                since_bus_time_ns: now,
                announced: None,
                connected: None,
            });
        }
        match place {
            Some(place) => self.blocks.get_mut(place),
            None => self.blocks.back_mut(),
        }
    }
}

impl Block {
    /// Once both halves are there.
    fn observe(&self, node: &NodeName, families: &DelayFamilies) {
        if let (Some((announced, message)), Some(connected)) = (self.announced, self.connected) {
            let seconds = announced.seconds_after(connected);
            families.delay.at(node, [message]).observe(seconds);
            families.latest.at(node, []).set(seconds);
        }
    }
}

impl Moment {
    fn of(event: &Event) -> Moment {
        Moment {
            time_ns: event.time_ns,
            monotonic_ns: event.monotonic_ns,
        }
    }

    /// Negative where this was before `other`. Monotonic clocks, which nobody
    /// sets, are better; but only those of one host can be compared.
    fn seconds_after(self, other: Moment) -> f64 {
        let by_time = difference(self.time_ns, other.time_ns);
        let monotonic = self.monotonic_ns.zip(other.monotonic_ns);
        let by_monotonic = monotonic.map(|(this, other)| difference(this, other));
        let is_same_host = |by_monotonic: &i128| by_monotonic.abs_diff(by_time) <= SAME_HOST_NS;
        by_monotonic.filter(is_same_host).unwrap_or(by_time) as f64 / 1e9
    }
}

fn difference(one: u64, other: u64) -> i128 {
    i128::from(one) - i128::from(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_of_two_hosts_are_not_compared() {
        let moment = |time_ns, monotonic_ns| Moment {
            time_ns,
            monotonic_ns,
        };
        // Of one host: the monotonic clock counts.
        let (first, second) = (
            moment(5_000_000_000, Some(10)),
            moment(5_100_000_000, Some(50_000_010)),
        );
        assert_eq!(second.seconds_after(first), 0.05);
        assert_eq!(first.seconds_after(second), -0.05);
        // Booted at different times, or without that clock.
        for monotonic_ns in [Some(7_000_000_000), None] {
            let second = moment(5_100_000_000, monotonic_ns);
            assert_eq!(second.seconds_after(first), 0.1);
        }
    }
}
