//! Starts the processes of one way and brings together what they say.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use testkit::NatsServer;
use testkit::observer::Process;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::part::{Job, Report, Role};
use super::ping;
use super::way::Way;

/// A measurement takes seconds; one that takes so long hangs.
const LONGEST: Duration = Duration::from_secs(120);

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) events_per_second: f64,
    /// Processor seconds of our processes, for a million events.
    pub(super) cpu: f64,
    /// The most resident memory of our processes together, in bytes.
    pub(super) rss_bytes: f64,
    /// The same two of the server; 0 without one.
    pub(super) server_cpu: f64,
    pub(super) server_rss_bytes: f64,
    /// From publishing to receiving, in nanoseconds.
    pub(super) p50_ns: f64,
    pub(super) p99_ns: f64,
}

/// One measurement, with a new server where there is one.
pub(super) async fn measure(way: Way, events: u64, per_second: Option<u32>) -> Result<Measured> {
    let job = Job {
        role: Role::Publisher,
        way,
        server: String::new(),
        events,
        per_second,
        wire_bytes: ping::wire_bytes().await?,
    };
    let measuring = async {
        match way.is_in_process() {
            true => together(&job, &[Running::start(&job)?.report(None).await?]),
            false => over_a_server(job).await,
        }
    };
    let measured = tokio::time::timeout(LONGEST, measuring).await;
    measured
        .ok()
        .with_context(|| format!("took longer than {} s", LONGEST.as_secs()))
        .flatten()
        .with_context(|| format!("{} cannot be measured", way.name()))
}

async fn over_a_server(mut job: Job) -> Result<Measured> {
    let server = match job.way.is_stored() {
        true => NatsServer::builder().jetstream().start().await?,
        false => NatsServer::start().await?,
    };
    job.server = server.url();
    let process = Process(server.pid()?);
    let cpu_before = process.cpu()?;
    let mut subscriber = Running::start(&Job {
        role: Role::Subscriber,
        ..job.clone()
    })?;
    let ready = subscriber.output.next_line().await?;
    ensure!(
        ready.as_deref() == Some("0"),
        "the subscriber does not get ready: {ready:?}"
    );
    let mut publisher = Running::start(&job)?;
    let progress = publisher.input.take();
    let (publisher, subscriber) =
        tokio::try_join!(publisher.report(None), subscriber.report(progress))?;
    let cpu = process.cpu()?.saturating_sub(cpu_before);
    Ok(Measured {
        server_cpu: per_million(&job, cpu.as_nanos() as u64),
        server_rss_bytes: process.peak_rss_bytes()? as f64,
        ..together(&job, &[publisher, subscriber])?
    })
}

/// What our processes say, the one that receives being the last.
fn together(job: &Job, reports: &[Report]) -> Result<Measured> {
    let first_ns = reports.iter().find_map(|report| report.first_ns);
    let last_ns = reports.iter().find_map(|report| report.last_ns);
    let receiver = reports.last().context("nobody reports")?;
    let took_ns = last_ns
        .zip(first_ns)
        .and_then(|(last_ns, first_ns)| last_ns.checked_sub(first_ns))
        .context("nobody says how long it took")?;
    let cpu_ns = reports.iter().map(|report| report.cpu_ns).sum();
    let rss_bytes: u64 = reports.iter().map(|report| report.peak_rss_bytes).sum();
    Ok(Measured {
        events_per_second: job.events as f64 / (took_ns as f64 / 1e9),
        cpu: per_million(job, cpu_ns),
        rss_bytes: rss_bytes as f64,
        server_cpu: 0.0,
        server_rss_bytes: 0.0,
        p50_ns: receiver.p50_ns as f64,
        p99_ns: receiver.p99_ns as f64,
    })
}

fn per_million(job: &Job, cpu_ns: u64) -> f64 {
    cpu_ns as f64 / 1e9 / (job.events as f64 / 1e6)
}

/// A process that has a part.
struct Running {
    /// Killed with this.
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(job: &Job) -> Result<Running> {
        let program = std::env::current_exe().context("where is this program?")?;
        let mut child = Command::new(program)
            .args(["bench", "bus-part", &serde_json::to_string(job)?])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("cannot start a process of our own")?;
        let output = child.stdout.take().context("the process has an output")?;
        Ok(Running {
            input: child.stdin.take(),
            output: BufReader::new(output).lines(),
            child,
        })
    }

    /// Waits for its report and its end; what it says before goes to `progress`.
    async fn report(mut self, mut progress: Option<ChildStdin>) -> Result<Report> {
        let mut report = None;
        while let Some(mut line) = self.output.next_line().await? {
            if line.starts_with('{') {
                report = Some(serde_json::from_str(&line)?);
            } else if let Some(input) = &mut progress {
                line.push('\n');
                // The publisher no longer listens when it has published all.
                input.write_all(line.as_bytes()).await.ok();
            }
        }
        let status = self.child.wait().await?;
        ensure!(
            status.success(),
            "a process of the benchmark has failed ({status})"
        );
        report.context("a process of the benchmark has not reported")
    }
}
