//! This process: memory, processor time, files.

use std::fs;
use std::time::{Duration, Instant};

use prometheus_client::metrics::gauge::Gauge;
use rustix::time::{ClockId, Timespec, clock_gettime};

use crate::catalogue::{Catalogue, define};
use crate::family::{FloatGauge, SecondsCounter, gauge_value};

/// The kernel walks all mappings for the proportional size: not at every scrape.
const PROPORTIONAL_INTERVAL: Duration = Duration::from_secs(10);

/// Gauges of this process.
pub(crate) struct ThisProcess {
    cpu_seconds: SecondsCounter,
    resident_bytes: Gauge,
    proportional_bytes: Gauge,
    open_files: Gauge,
    proportional_read: Option<Instant>,
}

impl ThisProcess {
    pub(crate) fn new(catalogue: &mut Catalogue) -> ThisProcess {
        catalogue.area(
            "This process",
            "`/proc/self`, when the metrics are asked for",
        );
        let start: FloatGauge = catalogue.single(
            define(
                "process_start_time_seconds",
                "seconds since the epoch",
                "When peer-observer's process started",
            )
            .existing("`runtime_start_timestamp`"),
        );
        start.set(start_seconds().unwrap_or_default());
        ThisProcess {
            cpu_seconds: catalogue.single(define(
                "process_cpu_seconds",
                "seconds",
                "Processor time of peer-observer's process, user and system",
            )),
            resident_bytes: catalogue.single(define(
                "process_resident_memory_bytes",
                "bytes",
                "Resident memory of peer-observer's process",
            )),
            proportional_bytes: catalogue.single(define(
                "process_proportional_memory_bytes",
                "bytes",
                "Proportional set size of peer-observer's process: memory shared with others \
                 counts in parts. Looked up every 10 seconds at most",
            )),
            open_files: catalogue.single(define(
                "process_open_fds",
                "descriptors",
                "Open file descriptors of peer-observer's process",
            )),
            proportional_read: None,
        }
    }

    /// Looks everything up. What cannot be read stays as it was.
    pub(crate) fn look(&mut self) {
        let cpu = seconds(clock_gettime(ClockId::ProcessCPUTime));
        self.cpu_seconds
            .inc_by((cpu - self.cpu_seconds.get()).max(0.0));
        if let Some(bytes) = kilobytes("/proc/self/status", "VmRSS:") {
            self.resident_bytes.set(bytes);
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            // One of them is the directory that is being read.
            self.open_files
                .set(gauge_value(files.count().saturating_sub(1)));
        }
        let is_fresh = |read: Instant| read.elapsed() < PROPORTIONAL_INTERVAL;
        if self.proportional_read.is_some_and(is_fresh) {
            return;
        }
        self.proportional_read = Some(Instant::now());
        if let Some(bytes) = kilobytes("/proc/self/smaps_rollup", "Pss:") {
            self.proportional_bytes.set(bytes);
        }
    }
}

/// A line `name  1234 kB` of a file, in bytes.
fn kilobytes(file: &str, name: &str) -> Option<i64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    number.checked_mul(1024)
}

/// The process's start since the epoch: proc_pid_stat(5) gives it since boot.
fn start_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses can contain anything; the fields follow the last one.
    let (_, fields) = stat.rsplit_once(')')?;
    // Field 22 of the line, and what is left begins with field 3.
    let ticks: f64 = fields.split_whitespace().nth(19)?.parse().ok()?;
    let since_boot = ticks / rustix::param::clock_ticks_per_second() as f64;
    let boot =
        seconds(clock_gettime(ClockId::Realtime)) - seconds(clock_gettime(ClockId::Boottime));
    Some(boot + since_boot)
}

fn seconds(time: Timespec) -> f64 {
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
