//! What the node's threads make of their time: now, and in the last ten minutes.

use std::sync::Arc;

use peer_observer_event::{Event, ProcessSample, ThreadUsage};
use serde::Serialize;

use super::course::Course;
use super::text::shortened;

/// Threads that are told apart, at one time and in the reply; the rest is summed.
pub(super) const MOST_THREADS: usize = 12;

/// Names that are remembered. Core has about 20, and numbered pools count as one.
const MOST_NAMES: usize = 64;

/// The extractor's name for threads that it does not tell apart.
const OTHER: &str = "other";

/// The kernel keeps 15 bytes of a thread's name.
const LONGEST_NAME: usize = 32;

/// Samples, and the differences between them.
#[derive(Default)]
pub(super) struct Threads {
    latest: Option<Latest>,
    names: Vec<Arc<str>>,
    now: Option<CpuRow>,
    course: Course<Cpu>,
}

/// The sample that the next one is compared with.
struct Latest {
    time_ns: u64,
    whole_seconds: f64,
    threads: Vec<ThreadUsage>,
}

/// Cores that were busy between two samples.
struct Cpu {
    /// By place of the name; at most [`MOST_THREADS`].
    threads: Box<[(u8, f32)]>,
    others: f32,
}

/// `cpu` in `/api/v1/vitals`. Times are shares of one core's.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CpuRow {
    cores: f64,
    threads: Vec<ThreadRow>,
    others_cores: f64,
    /// All threads together; absent where the kernel does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_cores: Option<f64>,
}

/// One of the busiest threads.
#[derive(Clone, Debug, Serialize)]
struct ThreadRow {
    name: Arc<str>,
    count: u32,
    cores: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_cores: Option<f64>,
}

/// `cpu` in `/api/v1/history`: columns that are as long as `times_unix_seconds`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CpuHistory {
    times_unix_seconds: Vec<f64>,
    threads: Vec<ThreadHistory>,
    others_cores: Vec<f64>,
}

/// One thread's column.
#[derive(Clone, Debug, Serialize)]
struct ThreadHistory {
    name: Arc<str>,
    cores: Vec<f64>,
}

impl Threads {
    /// The next sample is of another process.
    pub(super) fn restart(&mut self) {
        self.latest = None;
        self.now = None;
    }

    pub(super) fn forget(&mut self, bus_time_ns: u64) {
        self.course.forget(bus_time_ns);
    }

    pub(super) fn sample(&mut self, event: &Event, sample: &ProcessSample) {
        let latest = Latest {
            time_ns: event.monotonic_ns.unwrap_or(event.time_ns),
            whole_seconds: sample.user_seconds + sample.system_seconds,
            // More names than are remembered would be summed anyway.
            threads: sample.threads.iter().take(MOST_NAMES).cloned().collect(),
        };
        let before = self.latest.replace(latest);
        let (Some(before), Some(latest)) = (before, &self.latest) else {
            return;
        };
        if let Some(row) = CpuRow::between(&before, latest) {
            let cpu = self.remembered(&row);
            self.course.push(event.bus_time_ns, cpu);
            self.now = Some(row);
        }
    }

    fn remembered(&mut self, row: &CpuRow) -> Cpu {
        let mut others = row.others_cores as f32;
        let mut threads = Vec::with_capacity(row.threads.len());
        for thread in row.threads.iter().filter(|thread| thread.cores > 0.0) {
            match self.name(&thread.name) {
                Some(name) => threads.push((name, thread.cores as f32)),
                None => others += thread.cores as f32,
            }
        }
        Cpu {
            threads: threads.into(),
            others,
        }
    }

    fn name(&mut self, name: &Arc<str>) -> Option<u8> {
        let place = self.names.iter().position(|known| known == name);
        let place = place.or_else(|| {
            (self.names.len() < MOST_NAMES).then(|| {
                self.names.push(Arc::clone(name));
                self.names.len() - 1
            })
        });
        place.and_then(|place| u8::try_from(place).ok())
    }

    pub(super) fn row(&self) -> Option<CpuRow> {
        self.now.clone()
    }

    pub(super) fn history(&self) -> CpuHistory {
        let mut busy = vec![0.0; self.names.len()];
        for (name, cores) in self.course.values().flat_map(|cpu| &cpu.threads) {
            busy[usize::from(*name)] += cores;
        }
        let mut ranking: Vec<usize> = (0..busy.len()).filter(|name| busy[*name] > 0.0).collect();
        ranking.sort_by(|a, b| busy[*b].total_cmp(&busy[*a]));
        ranking.truncate(MOST_THREADS);
        let column = |name: &usize| ThreadHistory {
            name: Arc::clone(&self.names[*name]),
            cores: self.course.values().map(|cpu| cpu.of(*name)).collect(),
        };
        let others = |cpu: &Cpu| {
            let rest = cpu.threads.iter();
            let rest = rest.filter(|(name, _)| !ranking.contains(&usize::from(*name)));
            rounded(f64::from(
                cpu.others + rest.map(|(_, cores)| cores).sum::<f32>(),
            ))
        };
        CpuHistory {
            times_unix_seconds: self.course.times(),
            threads: ranking.iter().map(column).collect(),
            others_cores: self.course.values().map(others).collect(),
        }
    }
}

impl Cpu {
    fn of(&self, name: usize) -> f64 {
        let mut threads = self.threads.iter();
        let found = threads.find(|(known, _)| usize::from(*known) == name);
        found.map_or(0.0, |(_, cores)| rounded(f64::from(*cores)))
    }
}

impl CpuRow {
    /// `None` where no time has passed.
    fn between(before: &Latest, now: &Latest) -> Option<CpuRow> {
        let elapsed_ns = now.time_ns.checked_sub(before.time_ns)?;
        let elapsed = elapsed_ns as f64 / 1e9;
        if elapsed_ns == 0 {
            return None;
        }
        // A counter never goes back; one that is new began within this time.
        let share = |before: f64, now: f64| rounded((now - before).max(0.0) / elapsed);
        let mut threads: Vec<ThreadRow> = Vec::with_capacity(now.threads.len());
        for thread in &now.threads {
            let earlier = before.threads.iter().find(|old| old.name == thread.name);
            let waited = |thread: &ThreadUsage| thread.run_queue_seconds;
            threads.push(ThreadRow {
                name: shortened(&thread.name, LONGEST_NAME),
                count: thread.count,
                cores: share(earlier.map_or(0.0, used), used(thread)),
                waiting_cores: waited(thread)
                    .map(|now| share(earlier.and_then(waited).unwrap_or(0.0), now)),
            });
        }
        let waiting: Option<f64> = threads.iter().map(|thread| thread.waiting_cores).sum();
        // What is summed already comes last, and goes into the sum.
        let is_sum = |thread: &ThreadRow| *thread.name == *OTHER;
        threads.sort_by(|a, b| {
            let by_use = b.cores.total_cmp(&a.cores);
            is_sum(a).cmp(&is_sum(b)).then(by_use)
        });
        // The threads' times are finer than the process's, and in sum the same.
        let whole = match threads.is_empty() {
            true => share(before.whole_seconds, now.whole_seconds),
            false => rounded(threads.iter().map(|thread| thread.cores).sum()),
        };
        let named = threads.iter().filter(|thread| !is_sum(thread)).count();
        let others = threads.split_off(named.min(MOST_THREADS));
        Some(CpuRow {
            cores: whole,
            threads,
            others_cores: rounded(others.iter().map(|thread| thread.cores).sum()),
            waiting_cores: waiting.map(rounded),
        })
    }
}

fn used(thread: &ThreadUsage) -> f64 {
    thread.user_seconds + thread.system_seconds
}

/// To a ten-thousandth: the kernel's own accounting is no finer.
fn rounded(cores: f64) -> f64 {
    (cores * 1e4).round() / 1e4
}
