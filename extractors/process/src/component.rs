//! The component: decides when what is due.

use std::time::Duration;

use peer_observer_component::{Component, Context, Failure};
use peer_observer_event::Extractor;
use peer_observer_node::NodeSettings;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::ProcessExtractorSettings;
use crate::session::Session;
use crate::watch::{Due, Watch};

const SECOND: Duration = Duration::from_secs(1);
/// Less than that is no interval.
const LEAST_INTERVAL: Duration = Duration::from_millis(1);

/// The process extractor of one node.
pub struct Process {
    node: NodeSettings,
    settings: ProcessExtractorSettings,
}

impl Process {
    /// Reads `node` as `settings` say.
    pub fn new(node: NodeSettings, settings: ProcessExtractorSettings) -> Process {
        Process { node, settings }
    }

    /// What is read: `threads, I/O, files each 1s; proportional memory each 60s`.
    fn about(&self) -> String {
        let ProcessExtractorSettings {
            interval,
            memory_interval,
            pressure,
            ..
        } = self.settings;
        let and_pressure = if pressure { ", pressure" } else { "" };
        let mut about = format!("threads, memory, I/O, files{and_pressure} each {interval:?}");
        if let Some(interval) = memory_interval {
            about.push_str(&format!("; proportional memory each {interval:?}"));
        }
        about
    }
}

impl Component for Process {
    fn name(&self) -> String {
        format!("process {}", self.node.name)
    }

    /// Reading `/proc` can take milliseconds, and seconds where the node holds
    /// the lock on its memory: it is done where blocking is allowed.
    async fn run(&self, context: Context) -> Result<(), Failure> {
        let publisher = context.bus.publisher(&self.node.name, Extractor::Process);
        let session = Session::begin(&self.node, publisher, context.health, self.about());
        let mut watch = Watch::new(self.node.clone(), self.settings, session);

        let mut second = every(SECOND, Instant::now());
        // A life of the node begins with a sample of each: these are the next ones.
        let start = |interval| Instant::now() + interval;
        let mut sample = every(self.settings.interval, start(self.settings.interval));
        let mut memory = self
            .settings
            .memory_interval
            .map(|interval| every(interval, start(interval)));
        loop {
            let due = tokio::select! {
                () = context.shutdown.cancelled() => return Ok(()),
                _ = second.tick() => Due::Second,
                _ = sample.tick() => Due::Sample,
                () = tick(&mut memory) => Due::Memory,
            };
            let working = tokio::task::spawn_blocking(move || {
                watch.work(due);
                watch
            });
            watch = working
                .await
                .map_err(|panic| Failure::Temporary(format!("a bug in reading: {panic}")))?;
        }
    }
}

fn every(interval: Duration, first: Instant) -> Interval {
    let mut interval = interval_at(first, interval.max(LEAST_INTERVAL));
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// The next tick; never, where there is no interval.
async fn tick(interval: &mut Option<Interval>) {
    match interval {
        Some(interval) => {
            interval.tick().await;
        }
        None => std::future::pending().await,
    }
}
