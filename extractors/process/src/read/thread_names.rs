//! What all threads of one name have used, ended ones included.

use peer_observer_event::ThreadUsage;

use super::cpu_time::CpuTime;
use crate::parse::Switches;

/// Names that are told apart; what has none of them is `other`. Core has about
/// twenty, but a thread can be called anything.
pub(crate) const MOST_NAMES: usize = 31;

/// The first of the sums.
pub(crate) const OTHER: usize = 0;

/// The sums, by name. They only grow.
pub(crate) struct ThreadNames(Vec<Sum>);

#[derive(Default)]
struct Sum {
    name: String,
    /// Threads now.
    count: u32,
    used: Used,
}

/// What threads have used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) cpu: CpuTime,
    pub(crate) wait_ns: u64,
    pub(crate) switches: Switches,
}

impl ThreadNames {
    /// No names but `other`.
    pub(crate) fn new() -> ThreadNames {
        ThreadNames(vec![Sum {
            name: "other".to_owned(),
            ..Sum::default()
        }])
    }

    /// Where threads with this name are summed up. `name` is as the kernel has
    /// it, at most 15 bytes of anything.
    pub(crate) fn index(&mut self, name: &[u8]) -> usize {
        let folded = || folded(name).iter().map(|byte| printable(*byte));
        let known = |sum: &Sum| sum.name.chars().eq(folded());
        if let Some(index) = self.0.iter().position(known) {
            return index;
        }
        if self.0.len() > MOST_NAMES {
            return OTHER;
        }
        self.0.push(Sum {
            name: folded().collect(),
            ..Sum::default()
        });
        self.0.len() - 1
    }

    /// From here on [`ThreadNames::count`] counts anew.
    pub(crate) fn forget_counts(&mut self) {
        self.0.iter_mut().for_each(|sum| sum.count = 0);
    }

    /// There is a thread of this name.
    pub(crate) fn count(&mut self, index: usize) {
        self.0[index].count += 1;
    }

    /// A thread of this name has used more.
    pub(crate) fn add(&mut self, index: usize, more: &Used) {
        let used = &mut self.0[index].used;
        used.cpu.add(more.cpu);
        used.wait_ns = used.wait_ns.saturating_add(more.wait_ns);
        let (sum, more) = (&mut used.switches, more.switches);
        sum.voluntary = sum.voluntary.saturating_add(more.voluntary);
        sum.involuntary = sum.involuntary.saturating_add(more.involuntary);
    }

    /// CPU time of all names.
    pub(crate) fn cpu(&self) -> CpuTime {
        let mut cpu = CpuTime::default();
        self.0.iter().for_each(|sum| cpu.add(sum.used.cpu));
        cpu
    }

    /// In the form of the event; `has_wait` says whether the kernel tells the wait.
    pub(crate) fn usages(&self, has_wait: bool) -> Vec<ThreadUsage> {
        let is_used = |sum: &&Sum| sum.count > 0 || sum.used != Used::default();
        let usage = |sum: &Sum| ThreadUsage {
            name: sum.name.clone(),
            count: sum.count,
            user_seconds: seconds(sum.used.cpu.user_ns),
            system_seconds: seconds(sum.used.cpu.system_ns),
            run_queue_seconds: has_wait.then(|| seconds(sum.used.wait_ns)),
            voluntary_switches: sum.used.switches.voluntary,
            involuntary_switches: sum.used.switches.involuntary,
        };
        self.0.iter().filter(is_used).map(usage).collect()
    }
}

fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}

/// The name without the number that a thread has in its pool: Core 31 writes
/// `b-scriptch.07`, earlier versions `b-scriptch.7`, and for a while there was
/// `b-http_pool_7`. The kernel cuts names, so that the number can be missing.
fn folded(name: &[u8]) -> &[u8] {
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let without = &name[..name.len() - digits.count()];
    match without
        .strip_suffix(b"_pool_")
        .or_else(|| without.strip_suffix(b"."))
    {
        Some(pool) if !pool.is_empty() => pool,
        _ => name,
    }
}

fn printable(byte: u8) -> char {
    match byte {
        b' '..=b'~' => char::from(byte),
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_has_one_name() {
        for (name, pool) in [
            ("b-scriptch.07", "b-scriptch"),
            ("b-scriptch.7", "b-scriptch"),
            ("b-httpworker.10", "b-httpworker"),
            ("b-httpworker.", "b-httpworker"),
            ("b-http_pool_3", "b-http"),
            ("b-http", "b-http"),
            ("b-i2paccept", "b-i2paccept"),
            ("thread9", "thread9"),
            (".7", ".7"),
            ("7", "7"),
            ("", ""),
        ] {
            assert_eq!(folded(name.as_bytes()), pool.as_bytes(), "{name}");
        }
    }

    #[test]
    fn more_names_than_anybody_expects_are_one() {
        let mut names = ThreadNames::new();
        let first = names.index(b"b-net");
        for number in 0..1_000u32 {
            let index = names.index(format!("thread {number}").as_bytes());
            names.count(index);
        }
        assert_eq!(names.index(b"b-net"), first);
        assert_eq!(names.index(b"thread 999"), OTHER);
        assert_eq!(names.index(b"other"), OTHER);
        let usages = names.usages(true);
        // b-net has no thread.
        assert_eq!(usages.len(), MOST_NAMES);
        assert_eq!(usages[0].name, "other");
        assert_eq!(usages.iter().map(|usage| usage.count).sum::<u32>(), 1_000);
    }

    #[test]
    fn a_name_is_text_that_can_be_shown() {
        let mut names = ThreadNames::new();
        let index = names.index(b"\x1b[31m\xff\n");
        assert_eq!(names.index(b"\x1b[31m\xfe\t"), index);
        names.count(index);
        assert_eq!(names.usages(false)[0].name, "?[31m??");
    }
}
