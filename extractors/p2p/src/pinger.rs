//! Pings: one at a time, so that no two are ever confused.

use std::time::{Duration, Instant};

/// A ping without an answer for so long is given up. Core's TIMEOUT_INTERVAL,
/// after which a node gives up its own.
const LONGEST_WAIT: Duration = Duration::from_secs(20 * 60);

/// When to ping, and how long the answers take. Knows no connection.
#[derive(Debug)]
pub(crate) struct Pinger {
    interval: Duration,
    /// When the next ping is due, if none is on its way.
    next: Instant,
    /// Nonce and departure of the one on its way.
    outstanding: Option<(u64, Instant)>,
}

impl Pinger {
    /// The first ping is due `now`.
    pub(crate) fn new(interval: Duration, now: Instant) -> Pinger {
        Pinger {
            interval,
            next: now,
            outstanding: None,
        }
    }

    /// When there is something to send.
    pub(crate) fn due(&self) -> Instant {
        match self.outstanding {
            Some((_, sent)) => sent + LONGEST_WAIT.max(self.interval),
            None => self.next,
        }
    }

    /// A ping with this nonce, random and new, leaves now. The answer to any
    /// earlier one is no longer waited for.
    pub(crate) fn sent(&mut self, nonce: u64, now: Instant) {
        self.outstanding = Some((nonce, now));
        self.next = now + self.interval;
    }

    /// A pong has come: how long it took, if it answers the ping on its way.
    pub(crate) fn pong(&mut self, nonce: u64, now: Instant) -> Option<Duration> {
        let (_, sent) = self.outstanding.take_if(|(awaited, _)| *awaited == nonce)?;
        Some(now.saturating_duration_since(sent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_late_pong_delays_the_next_ping_and_keeps_the_rhythm_else() {
        let start = Instant::now();
        let mut pinger = Pinger::new(10 * SECOND, start);
        assert_eq!(pinger.due(), start);
        pinger.sent(1, start);
        assert!(pinger.due() > start + 60 * SECOND, "one at a time");
        assert_eq!(pinger.pong(1, start + SECOND), Some(SECOND));
        assert_eq!(pinger.due(), start + 10 * SECOND);

        pinger.sent(2, start + 10 * SECOND);
        assert_eq!(pinger.pong(2, start + 45 * SECOND), Some(35 * SECOND));
        assert_eq!(pinger.due(), start + 20 * SECOND, "at once");
    }

    #[test]
    fn only_the_pong_of_this_very_ping_counts() {
        let start = Instant::now();
        let mut pinger = Pinger::new(SECOND, start);
        assert_eq!(pinger.pong(0, start), None, "none was sent");
        pinger.sent(1, start);
        assert_eq!(pinger.pong(7, start), None, "not ours");
        let given_up = pinger.due();
        pinger.sent(2, given_up);
        assert_eq!(
            pinger.pong(1, given_up + SECOND),
            None,
            "of the one given up"
        );
        assert_eq!(pinger.pong(2, given_up + 2 * SECOND), Some(2 * SECOND));
        assert_eq!(pinger.pong(2, given_up + 3 * SECOND), None, "said already");
    }
}
