//! One process's part of a measurement.

use std::str::FromStr;
use std::time::Duration;

use anyhow::Result;
use peer_observer_bus::monotonic_ns;
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use testkit::observer::Process;

use super::way::{Road, Way};
use super::{in_process, library, library_jetstream, links};

/// The command that the benchmark gives to its own processes.
#[derive(clap::Args)]
pub(crate) struct Part {
    /// A job, in JSON.
    job: Job,
}

/// What a process has to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) role: Role,
    pub(super) way: Way,
    /// The server's address; nothing in process.
    pub(super) server: String,
    /// To publish, and to receive.
    pub(super) events: u64,
    /// The pace; as fast as possible where there is none.
    pub(super) per_second: Option<u32>,
    /// Size of a message where the library carries it, in bytes.
    pub(super) wire_bytes: usize,
}

/// Who the process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Role {
    /// Publishes; in process it receives too.
    Publisher,
    /// Receives.
    Subscriber,
}

impl FromStr for Job {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Job, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// What a process says at its end.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Report {
    /// When it published the first event, on CLOCK_MONOTONIC, in nanoseconds.
    pub(super) first_ns: Option<u64>,
    /// When it received the last one.
    pub(super) last_ns: Option<u64>,
    /// Processor time in between, in nanoseconds.
    pub(super) cpu_ns: u64,
    /// The most resident memory, in bytes.
    pub(super) peak_rss_bytes: u64,
    /// So late were half of the events at most, in nanoseconds; 0 at full speed.
    pub(super) p50_ns: u64,
    /// And 99 % of them.
    pub(super) p99_ns: u64,
}

/// Does its part, and says in the last line of output what it took.
pub(crate) async fn run(part: Part) -> Result<()> {
    let job = part.job;
    let report = match (job.way.road, job.role) {
        (Road::InProcess(subscribers), _) => in_process::run(&job, subscribers).await?,
        (Road::Nats | Road::JetStream, Role::Publisher) => links::publish(&job).await?,
        (Road::Nats | Road::JetStream, Role::Subscriber) => links::subscribe(&job).await?,
        (Road::NatsLibrary, Role::Publisher) => library::publish(&job).await?,
        (Road::NatsLibrary, Role::Subscriber) => library::subscribe(&job).await?,
        (Road::JetStreamLibrary, Role::Publisher) => library_jetstream::publish(&job).await?,
        (Road::JetStreamLibrary, Role::Subscriber) => library_jetstream::subscribe(&job).await?,
    };
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

/// From the beginning of a process's part to its end.
pub(super) struct Stopwatch {
    began_ns: u64,
    cpu: Duration,
}

impl Stopwatch {
    pub(super) fn start() -> Stopwatch {
        Stopwatch {
            began_ns: monotonic_ns(),
            cpu: processor_time(),
        }
    }

    /// The publisher's report: it has published since the watch was started.
    pub(super) fn published(&self) -> Result<Report> {
        Ok(Report {
            first_ns: Some(self.began_ns),
            ..self.report(Vec::new())?
        })
    }

    /// The subscriber's: it has just received the last event. `delays_ns` are in any order.
    pub(super) fn received(&self, delays_ns: Vec<u64>) -> Result<Report> {
        Ok(Report {
            last_ns: Some(monotonic_ns()),
            ..self.report(delays_ns)?
        })
    }

    /// Of a process that is both.
    pub(super) fn both(&self, delays_ns: Vec<u64>) -> Result<Report> {
        Ok(Report {
            first_ns: Some(self.began_ns),
            ..self.received(delays_ns)?
        })
    }

    fn report(&self, mut delays_ns: Vec<u64>) -> Result<Report> {
        let cpu = processor_time().saturating_sub(self.cpu);
        delays_ns.sort_unstable();
        let at = |percent: usize| {
            let place = delays_ns.len() * percent / 100;
            delays_ns.get(place).copied().unwrap_or_default()
        };
        Ok(Report {
            first_ns: None,
            last_ns: None,
            cpu_ns: cpu.as_nanos() as u64,
            peak_rss_bytes: Process(std::process::id()).peak_rss_bytes()?,
            p50_ns: at(50),
            p99_ns: at(99),
        })
    }
}

/// Of this process.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    // Since the process's start: never negative.
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
