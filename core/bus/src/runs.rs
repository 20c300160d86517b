//! Runs: which life of a node an event belongs to, by the same number from everybody.

use std::collections::HashMap;

/// Two starts of a node within so many seconds are the same run, where nobody
/// knows better.
const SAME_RUN_SECONDS: u64 = 3;

/// The last known run of each node. As many as there are nodes in the configuration.
#[derive(Default)]
pub(crate) struct Runs(HashMap<String, Known>);

struct Known {
    run: u64,
    /// Seconds since the epoch, as the first extractor said.
    start: u64,
    /// What tells the process from its predecessors, once somebody has seen it.
    process: Option<u64>,
}

impl Runs {
    /// The run that everybody uses for a node that started at `start` (seconds
    /// since the epoch), in a process that started at `process` on any clock
    /// that all extractors of this host share.
    ///
    /// Usually the start itself. A node that is started again within seconds
    /// gets a run at least 4 s after the last one: runs of different processes
    /// are never within 3 s of each other, so consumers can tell them apart.
    pub(crate) fn adopt(&mut self, node: &str, start: u64, process: Option<u64>) -> u64 {
        let Some(known) = self.0.get_mut(node) else {
            self.0.insert(
                node.to_owned(),
                Known {
                    run: start,
                    start,
                    process,
                },
            );
            return start;
        };
        let (is_same, is_older) = match (known.process, process) {
            (Some(known), Some(process)) => (known == process, process < known),
            _ => (
                known.start.abs_diff(start) <= SAME_RUN_SECONDS,
                start < known.start,
            ),
        };
        if is_same {
            known.process = known.process.or(process);
            return known.run;
        }
        if is_older {
            // An extractor that still speaks of an earlier life must not bring it back.
            return start;
        }
        let run = start.max(known.run + SAME_RUN_SECONDS + 1);
        *known = Known {
            run,
            start,
            process,
        };
        run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_that_differs_a_little_is_the_same_run() {
        let mut runs = Runs::default();
        assert_eq!(runs.adopt("alice", 1_000, None), 1_000);
        assert_eq!(runs.adopt("alice", 1_003, Some(7)), 1_000);
        assert_eq!(runs.adopt("alice", 997, None), 1_000);
        assert_eq!(
            runs.adopt("bob", 1_001, None),
            1_001,
            "nodes have nothing to do with each other"
        );
    }

    #[test]
    fn lives_in_quick_succession_are_told_apart() {
        let mut runs = Runs::default();
        let lives: Vec<u64> = (0..20)
            .map(|life| runs.adopt("alice", 1_000 + life / 2, Some(100 + life)))
            .collect();
        assert!(
            lives
                .windows(2)
                .all(|pair| pair[1] - pair[0] > SAME_RUN_SECONDS),
            "{lives:?}"
        );
        assert_eq!(
            runs.adopt("alice", 1_010, None),
            lives[19],
            "who sees no process joins in"
        );
    }

    #[test]
    fn an_earlier_life_does_not_come_back() {
        let mut runs = Runs::default();
        runs.adopt("alice", 1_000, Some(7));
        runs.adopt("alice", 2_000, Some(8));
        assert_eq!(runs.adopt("alice", 1_000, Some(7)), 1_000);
        assert_eq!(runs.adopt("alice", 2_001, None), 2_000);
    }
}
