//! Points in time on one clock, the bus's, and how far off they may be.

/// When something happened, on the bus's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Nanoseconds since the epoch.
    pub time_ns: i64,
    /// So much earlier or later it may have been, in nanoseconds; the delay of
    /// the way to the bus, which nobody can measure in one direction, not included.
    pub uncertainty_ns: u64,
}

/// Time from one moment to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// Nanoseconds, negative where the other one was earlier.
    pub nanoseconds: i64,
    /// So much more or less it may be, in nanoseconds.
    pub uncertainty_ns: u64,
}

impl Delay {
    /// No delay at all, for certain.
    pub(crate) const NONE: Delay = Delay {
        nanoseconds: 0,
        uncertainty_ns: 0,
    };
}

impl Moment {
    /// The time from `earlier` to this.
    pub fn after(self, earlier: Moment) -> Delay {
        Delay {
            nanoseconds: self.time_ns.saturating_sub(earlier.time_ns),
            uncertainty_ns: self.uncertainty_ns.saturating_add(earlier.uncertainty_ns),
        }
    }

    /// It was then at the latest.
    pub(crate) fn latest_ns(self) -> i64 {
        self.time_ns.saturating_add_unsigned(self.uncertainty_ns)
    }

    /// It was then at the earliest.
    pub(crate) fn earliest_ns(self) -> i64 {
        self.time_ns.saturating_sub_unsigned(self.uncertainty_ns)
    }

    /// Keeps of two reports of one event the one that bounds it best.
    pub(crate) fn keep_best(known: &mut Option<Moment>, new: Moment) {
        if known.is_none_or(|known| new.latest_ns() < known.latest_ns()) {
            *known = Some(new);
        }
    }
}
