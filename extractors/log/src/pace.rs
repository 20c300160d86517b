//! How often the log is looked at.

use std::time::Duration;

/// While lines come: each look costs two system calls, and a wake-up of each subscriber.
const SHORTEST: Duration = Duration::from_millis(20);
/// While none come.
const LONGEST: Duration = Duration::from_millis(200);

/// For how long a line may wait in the file.
pub(crate) struct Pace(Duration);

impl Pace {
    pub(crate) const fn new() -> Pace {
        Pace(SHORTEST)
    }

    /// There was something to read.
    pub(crate) const fn something(&mut self) {
        self.0 = SHORTEST;
    }

    /// There was nothing: how long to wait before the next look.
    pub(crate) fn nothing(&mut self) -> Duration {
        let wait = self.0;
        self.0 = (wait * 3 / 2).min(LONGEST);
        wait
    }
}
