//! CPU time, divided into user and system time.

/// CPU time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CpuTime {
    pub(crate) user_ns: u64,
    pub(crate) system_ns: u64,
}

impl CpuTime {
    pub(crate) fn total_ns(&self) -> u64 {
        self.user_ns.saturating_add(self.system_ns)
    }

    pub(crate) fn add(&mut self, more: CpuTime) {
        self.user_ns = self.user_ns.saturating_add(more.user_ns);
        self.system_ns = self.system_ns.saturating_add(more.system_ns);
    }

    /// Grows to `total_ns` and returns by how much; stays where that is less.
    ///
    /// The scheduler knows the total to the nanosecond, the parts are known in
    /// clock ticks (`ticks`), and at another moment. What is new goes where the
    /// ticks say that it is missing, the rest in the proportion of the ticks.
    /// So the total is exact, no part ever goes back, and each follows its ticks.
    pub(crate) fn grow_to(&mut self, total_ns: u64, ticks: CpuTime) -> CpuTime {
        let new_ns = total_ns.saturating_sub(self.total_ns());
        let missing = CpuTime {
            user_ns: ticks.user_ns.saturating_sub(self.user_ns),
            system_ns: ticks.system_ns.saturating_sub(self.system_ns),
        };
        let grown = match new_ns.checked_sub(missing.total_ns()) {
            None => missing.scaled_to(new_ns),
            Some(rest) => {
                let mut grown = ticks.scaled_to(rest);
                grown.add(missing);
                grown
            }
        };
        self.add(grown);
        grown
    }

    /// The same proportion of another total; all of it user time where there
    /// is no proportion, as the kernel does it.
    fn scaled_to(&self, total_ns: u64) -> CpuTime {
        let system = u128::from(total_ns) * u128::from(self.system_ns);
        let whole = u128::from(self.user_ns) + u128::from(self.system_ns);
        let system_ns = system.checked_div(whole).unwrap_or(0);
        // A part of `total_ns`, so that it fits.
        let system_ns = u64::try_from(system_ns).unwrap_or(total_ns);
        CpuTime {
            user_ns: total_ns - system_ns,
            system_ns,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TICK_NS: u64 = 10_000_000;

    fn cpu(user_ns: u64, system_ns: u64) -> CpuTime {
        CpuTime { user_ns, system_ns }
    }

    #[test]
    fn time_below_a_tick_counts_too() {
        let mut time = CpuTime::default();
        assert_eq!(time.grow_to(3_000, cpu(0, 0)), cpu(3_000, 0));
        assert_eq!(time.grow_to(2_000, cpu(0, 0)), cpu(0, 0));
        assert_eq!(time, cpu(3_000, 0));
    }

    #[test]
    fn what_the_ticks_say_comes_first() {
        let mut time = cpu(100, 0);
        // It was system time since then; the ticks know that.
        time.grow_to(1_000, cpu(100, 850));
        assert_eq!(time.total_ns(), 1_000);
        assert!(time.system_ns >= 850, "{time:?}");
    }

    proptest! {
        /// A thread whose parts grow as they like, seen at any moment.
        #[test]
        fn the_total_is_exact_and_the_parts_follow(
            steps in prop::collection::vec((0..50_000_000u64, 0..50_000_000u64), 1..60)
        ) {
            let (mut real, mut seen, mut sum) = (cpu(0, 0), cpu(0, 0), cpu(0, 0));
            for (user, system) in steps {
                real.add(cpu(user, system));
                let ticks = |ns: u64| ns / TICK_NS * TICK_NS;
                let before = seen;
                sum.add(seen.grow_to(real.total_ns(), cpu(ticks(real.user_ns), ticks(real.system_ns))));
                prop_assert_eq!(seen.total_ns(), real.total_ns());
                prop_assert!(seen.user_ns >= before.user_ns && seen.system_ns >= before.system_ns);
                prop_assert_eq!(seen, sum);
                prop_assert!(seen.user_ns.abs_diff(real.user_ns) <= 2 * TICK_NS);
            }
        }

        #[test]
        fn no_figures_are_too_large(parts in any::<[u64; 5]>()) {
            let mut time = cpu(parts[0], parts[1]);
            time.grow_to(parts[2], cpu(parts[3], parts[4]));
        }
    }
}
