//! The counters in the kernel: `struct counts` of `src/bpf/common.h`.

use peer_observer_event::{DropCount, HopCount};

use crate::tracepoint::Tracepoint;

/// Eight numbers: one cache line in the kernel.
const NUMBERS: usize = 8;
const BYTES: usize = NUMBERS * 8;

/// What became of the hits of one tracepoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) attempted: u64,
    pub(crate) whole: u64,
    pub(crate) reduced: u64,
    pub(crate) ring_full: u64,
    pub(crate) read_fault: u64,
}

/// The counters of all tracepoints, by number.
pub(crate) type AllCounts = [Counts; Tracepoint::ALL.len()];

/// Sums the slots (one for each processor) of the map's value.
pub(crate) fn sum(value: &[u8]) -> AllCounts {
    let mut all = AllCounts::default();
    for slot in value.chunks_exact(BYTES * Tracepoint::ALL.len()) {
        for (counts, bytes) in all.iter_mut().zip(slot.chunks_exact(BYTES)) {
            let mut numbers = bytes.chunks_exact(8).map(|number| {
                u64::from_ne_bytes(number.try_into().expect("chunks of eight bytes"))
            });
            let mut next = || numbers.next().unwrap_or_default();
            counts.attempted += next();
            counts.whole += next();
            counts.reduced += next();
            counts.ring_full += next();
            counts.read_fault += next();
        }
    }
    all
}

/// The hop from the tracepoints to the ring, in the form of the heartbeat;
/// tracepoints that were never hit are left out.
pub(crate) fn hops(all: &AllCounts) -> Vec<HopCount> {
    let hit = Tracepoint::ALL
        .into_iter()
        .zip(all)
        .filter(|(_, counts)| counts.attempted > 0);
    hit.map(|(tracepoint, counts)| {
        let dropped = [
            ("ring_full", counts.ring_full),
            ("read_fault", counts.read_fault),
        ];
        HopCount {
            hop: "ring".to_owned(),
            part: tracepoint.word().to_owned(),
            attempted: counts.attempted,
            whole: counts.whole,
            reduced: counts.reduced,
            dropped: dropped
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(reason, count)| DropCount {
                    reason: reason.to_owned(),
                    count,
                })
                .collect(),
        }
    })
    .collect()
}
