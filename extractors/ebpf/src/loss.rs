//! Loss in the kernel becomes gap notices.

use peer_observer_bus::monotonic_ns;
use peer_observer_event::{Gap, GapReason, Payload};

use crate::counters::{AllCounts, Counts};
use crate::intake::Intake;
use crate::tracepoint::Tracepoint;

/// Compares the counters with what was reported.
pub(crate) struct LossWatch {
    reported: AllCounts,
    /// When the counters were last read, on the monotonic clock.
    since_ns: u64,
}

impl LossWatch {
    pub(crate) fn new() -> LossWatch {
        LossWatch {
            reported: AllCounts::default(),
            since_ns: monotonic_ns(),
        }
    }

    /// Publishes a gap for each tracepoint and reason that lost events since the last call.
    pub(crate) fn report(&mut self, counts: &AllCounts, read_at_ns: u64, intake: &mut Intake) {
        for (tracepoint, (now, before)) in Tracepoint::ALL
            .into_iter()
            .zip(counts.iter().zip(&self.reported))
        {
            for (reason, count) in losses(now, before) {
                intake.publish(Payload::Gap(Gap {
                    reason: reason.into(),
                    count: Some(count),
                    first_time_ns: intake.time_ns(self.since_ns),
                    last_time_ns: intake.time_ns(read_at_ns),
                    detail: tracepoint.word().to_owned(),
                }));
            }
        }
        self.reported = *counts;
        self.since_ns = read_at_ns;
    }
}

fn losses(now: &Counts, before: &Counts) -> impl Iterator<Item = (GapReason, u64)> {
    let lost = [
        (GapReason::RingFull, now.ring_full - before.ring_full),
        (GapReason::ReadFault, now.read_fault - before.read_fault),
    ];
    lost.into_iter().filter(|(_, count)| *count > 0)
}
