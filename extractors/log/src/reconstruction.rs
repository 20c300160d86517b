//! Blocks that came as compact blocks, joined from the lines about them:
//!
//! ```text
//! [validation] Saw new cmpctblock header hash=H height=1 peer=2     unasked: high bandwidth
//! [net] Requesting block H from peer=2                              asked for: low bandwidth
//! [net] received: cmpctblock (300 bytes) peer=2
//! [net] received: blocktxn (400 bytes) peer=2
//! [cmpctblock] Successfully reconstructed block H with 1 txn prefilled, ...
//! ```
//!
//! All of these are of one thread of the node's (`msghand`), so a block is put
//! together of what the message received last has brought.

use std::collections::VecDeque;

use bytes::Bytes;
use peer_observer_event::log_line::Detail;
use peer_observer_event::{
    BlockReconstruction, LogCompactBlockReconstructed, LogHeaderSeen, LogLine, LogTime,
};

use crate::templates::hash;

/// Blocks that are waited for; the oldest makes room. More are never in flight.
const MOST_BLOCKS: usize = 64;
/// A block that has not been put together after so long never will be: Core
/// gives a peer ten minutes, and a little more for each other block.
const LONGEST_NS: u64 = 20 * 60 * 1_000_000_000;
/// Core asks no more peers for a compact block at a time.
const MOST_ASKED: usize = 8;

/// What is known of blocks that are on their way.
#[derive(Default)]
pub(crate) struct Reconstructions {
    blocks: VecDeque<Block>,
    last_received: LastReceived,
}

/// The message that the node received last.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum LastReceived {
    /// The log does not say: the category `net` is off.
    #[default]
    Unknown,
    /// None that brings a compact block or a part of one.
    Other,
    /// A compact block, or the transactions it lacked, from this peer.
    CompactBlock(u64),
}

struct Block {
    hash: Bytes,
    /// When the first line about it was written.
    first_ns: u64,
    header: Option<Header>,
    /// Whom the node has asked for it.
    asked: Vec<u64>,
}

struct Header {
    time_ns: u64,
    has_micros: bool,
    height: Option<i32>,
    /// Who sent it unasked as a compact block.
    announced_by: Option<u64>,
}

impl Reconstructions {
    /// Takes a line; the reconstruction if this is the last line of one.
    pub(crate) fn take(&mut self, line: &LogLine, time_ns: u64) -> Option<BlockReconstruction> {
        match &line.detail {
            Some(Detail::HeaderSeen(seen)) => {
                self.header_seen(seen, time_ns, line.time() == LogTime::Microseconds);
                None
            }
            Some(Detail::CompactBlockReconstructed(block)) => {
                Some(self.reconstructed(block, time_ns, line.time() == LogTime::Microseconds))
            }
            Some(_) => None,
            None => {
                self.message(&line.message, time_ns);
                None
            }
        }
    }

    fn message(&mut self, message: &str, time_ns: u64) {
        if let Some(received) = message.strip_prefix("received: ") {
            self.last_received = received_compact_block(received)
                .map_or(LastReceived::Other, LastReceived::CompactBlock);
        } else if let Some((hash, peer_id)) = requested(message) {
            let block = self.block(hash, time_ns);
            if block.asked.len() < MOST_ASKED {
                block.asked.push(peer_id);
            }
        }
    }

    fn header_seen(&mut self, seen: &LogHeaderSeen, time_ns: u64, has_micros: bool) {
        let block = self.block(seen.block_hash.clone(), time_ns);
        block.header.get_or_insert(Header {
            time_ns,
            has_micros,
            height: seen.height,
            announced_by: seen.peer_id.filter(|_| seen.compact_block),
        });
    }

    fn reconstructed(
        &mut self,
        line: &LogCompactBlockReconstructed,
        time_ns: u64,
        has_micros: bool,
    ) -> BlockReconstruction {
        let mut known = self
            .blocks
            .iter()
            .position(|block| block.hash == line.block_hash)
            .and_then(|index| self.blocks.remove(index));
        let header = known.as_mut().and_then(|block| block.header.take());
        let announced_by = header.as_ref().and_then(|header| header.announced_by);
        let peer_id = match self.last_received {
            LastReceived::CompactBlock(peer_id) => Some(peer_id),
            _ => announced_by,
        };
        let was_asked = |peer_id| {
            let asked = known.as_ref().map(|block| &block.asked);
            asked.is_some_and(|asked| asked.contains(&peer_id))
        };
        let high_bandwidth = match peer_id {
            Some(peer_id) if was_asked(peer_id) => Some(false),
            Some(_) if peer_id == announced_by => Some(true),
            // Had it been asked for, that would stand between these two lines.
            Some(_) if header.is_some() => Some(true),
            _ => None,
        };
        let duration_seconds = header
            .as_ref()
            .filter(|header| header.has_micros && has_micros)
            .and_then(|header| time_ns.checked_sub(header.time_ns))
            .map(|duration| duration as f64 / 1e9);
        BlockReconstruction {
            block_hash: line.block_hash.clone(),
            height: header.and_then(|header| header.height),
            peer_id,
            high_bandwidth,
            duration_seconds,
            prefilled_transactions: line.prefilled_transactions,
            mempool_transactions: line.mempool_transactions,
            extra_pool_transactions: line.extra_pool_transactions,
            requested_transactions: line.requested_transactions,
            requested_bytes: line.requested_bytes,
        }
    }

    /// What is known of this block, from now on if nothing is yet.
    fn block(&mut self, hash: Bytes, now_ns: u64) -> &mut Block {
        // By the lines' own time, which may be far in the past.
        self.blocks
            .retain(|block| now_ns.abs_diff(block.first_ns) <= LONGEST_NS);
        let known = self.blocks.iter().position(|block| block.hash == hash);
        let index = known.unwrap_or_else(|| {
            if self.blocks.len() >= MOST_BLOCKS {
                self.blocks.pop_front();
            }
            self.blocks.push_back(Block {
                hash,
                first_ns: now_ns,
                header: None,
                asked: Vec::new(),
            });
            self.blocks.len() - 1
        });
        &mut self.blocks[index]
    }
}

/// `cmpctblock (300 bytes) peer=2` or the same with `blocktxn`.
fn received_compact_block(message: &str) -> Option<u64> {
    if !message.starts_with("cmpctblock (") && !message.starts_with("blocktxn (") {
        return None;
    }
    message.rsplit_once("peer=")?.1.parse().ok()
}

/// `Requesting block H from peer=2` or `Requesting block H (1) peer=2`.
fn requested(message: &str) -> Option<(Bytes, u64)> {
    let rest = message.strip_prefix("Requesting block ")?;
    let (digits, rest) = rest.split_at_checked(64)?;
    let peer_id = rest.rsplit_once("peer=")?.1.parse().ok()?;
    Some((hash(digits)?, peer_id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detail::detail;

    const HASH: &str = "00000000000000000000000000000000000000000000000000000000000000a1";
    const SECOND: u64 = 1_000_000_000;

    /// The reconstruction of a log of lines a quarter of a second apart.
    fn joined(time: LogTime, messages: &[&str]) -> BlockReconstruction {
        let mut reconstructions = Reconstructions::default();
        let (last, first) = messages.split_last().expect("there are messages");
        let mut take = |index: usize, message: &str| {
            let message = message.replace("{H}", HASH);
            let line = LogLine {
                time: time.into(),
                detail: detail(&message, ""),
                message,
                ..LogLine::default()
            };
            reconstructions.take(&line, SECOND + index as u64 * SECOND / 4)
        };
        for (index, message) in first.iter().enumerate() {
            assert_eq!(take(index, message), None, "{message}");
        }
        take(first.len(), last).expect("the last line completes it")
    }

    const DONE: &str = "Successfully reconstructed block {H} with 1 txn prefilled, 2 txn from \
                        mempool (incl at least 0 from extra pool) and 3 txn (400 bytes) requested";

    #[test]
    fn a_block_sent_unasked_is_high_bandwidth() {
        let block = joined(
            LogTime::Microseconds,
            &[
                "received: cmpctblock (300 bytes) peer=2",
                "Saw new cmpctblock header hash={H} height=9 peer=2",
                "received: ping (8 bytes) peer=3",
                "received: blocktxn (433 bytes) peer=2",
                DONE,
            ],
        );
        assert_eq!((block.height, block.peer_id), (Some(9), Some(2)));
        assert_eq!(block.high_bandwidth, Some(true));
        assert_eq!(block.duration_seconds, Some(0.75));
        assert_eq!(
            (block.requested_transactions, block.requested_bytes),
            (3, Some(400))
        );
    }

    #[test]
    fn a_block_that_was_asked_for_is_low_bandwidth_and_others_are_not() {
        let lines = |peer: &str| {
            let received = format!("received: cmpctblock (300 bytes) peer={peer}");
            joined(
                LogTime::Microseconds,
                &[
                    "Saw new header hash={H} height=9 peer=2",
                    "Requesting block {H} from peer=2",
                    &received,
                    DONE,
                ],
            )
        };
        assert_eq!(lines("2").high_bandwidth, Some(false));
        let other = lines("5");
        assert_eq!((other.peer_id, other.high_bandwidth), (Some(5), Some(true)));
    }

    #[test]
    fn what_no_line_says_is_absent() {
        let block = joined(LogTime::Microseconds, &[DONE]);
        assert_eq!((block.height, block.peer_id), (None, None));
        assert_eq!((block.high_bandwidth, block.duration_seconds), (None, None));
        let header = "Saw new cmpctblock header hash={H} height=9 peer=2";
        let block = joined(LogTime::Seconds, &[header, DONE]);
        assert_eq!((block.peer_id, block.high_bandwidth), (Some(2), Some(true)));
        assert_eq!(block.duration_seconds, None, "whole seconds say too little");
        let header = "Saw new header hash={H} height=9 peer=2";
        let block = joined(LogTime::Microseconds, &[header, DONE]);
        assert_eq!((block.peer_id, block.high_bandwidth), (None, None));
    }

    #[test]
    fn blocks_that_never_come_are_forgotten() {
        let mut reconstructions = Reconstructions::default();
        for number in 0..1000u64 {
            let message = format!("Requesting block {number:064x} from peer=1");
            reconstructions.message(&message, number * SECOND);
        }
        assert_eq!(reconstructions.blocks.len(), MOST_BLOCKS);
        let message = format!("Requesting block {:064x} from peer=1", 7777);
        reconstructions.message(&message, 2 * LONGEST_NS);
        assert_eq!(reconstructions.blocks.len(), 1);
    }
}
