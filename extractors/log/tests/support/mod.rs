//! The extractor at work, and what it says.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};
use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions};
use peer_observer_component::{CancellationToken, HealthRegistry, Supervisor};
use peer_observer_event::log_line::Detail;
use peer_observer_event::{Event, LogLine, Payload};
use peer_observer_log::{Log, LogExtractorSettings, LogInput};
use peer_observer_node::NodeSettings;
use testkit::DEADLINE;
use tokio::time::timeout;

/// What the extractor has said so far.
pub(crate) struct Extractor {
    pub(crate) health: HealthRegistry,
    pub(crate) events: Vec<Arc<Event>>,
    subscription: Subscription,
    shutdown: CancellationToken,
}

impl Drop for Extractor {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl Extractor {
    pub(crate) fn start(node: NodeSettings, settings: LogExtractorSettings) -> Extractor {
        let bus = Bus::in_process();
        let options = SubscriptionOptions::new("test").queue(1 << 22, 1 << 31);
        let subscription = bus.subscribe(options);
        let (health, shutdown) = (HealthRegistry::default(), CancellationToken::new());
        let mut supervisor = Supervisor::new(bus, shutdown.clone(), health.clone());
        supervisor.start(Log::new(node, settings));
        tokio::spawn(supervisor.finish());
        Extractor {
            health,
            events: Vec::new(),
            subscription,
            shutdown,
        }
    }

    /// Receives until `is_enough` of all that was received.
    pub(crate) async fn until(
        &mut self,
        what: &str,
        mut is_enough: impl FnMut(&[Arc<Event>]) -> bool,
    ) -> Result<()> {
        let receive = async {
            while !is_enough(&self.events) {
                let mut deliveries = Vec::new();
                self.subscription.receive(&mut deliveries, 4096).await;
                for delivery in deliveries {
                    match delivery {
                        Delivery::Event(event) => self.events.push(event),
                        Delivery::Missed(count) => bail!("the test missed {count} events"),
                    }
                }
            }
            Ok(())
        };
        match timeout(DEADLINE, receive).await {
            Ok(result) => result,
            Err(_) => bail!("{what}: it does not come; {:?}", self.health.all()),
        }
    }

    /// Waits for a notice, behind all that was received before.
    pub(crate) async fn notice(
        &mut self,
        what: &str,
        is_it: impl Fn(&Payload) -> bool,
    ) -> Result<()> {
        let from = self.events.len();
        self.until(what, |events| {
            let mut payloads = events[from..]
                .iter()
                .filter_map(|event| event.payload.as_ref());
            payloads.any(&is_it)
        })
        .await
    }

    /// Waits until the events' lines have so many bytes, and not one more.
    pub(crate) async fn until_bytes(&mut self, bytes: u64) -> Result<()> {
        let mut seen = 0;
        let what = format!("{bytes} bytes of lines");
        let result = self
            .until(&what, |events| {
                seen = line_bytes(events);
                seen >= bytes
            })
            .await;
        anyhow::ensure!(
            seen == bytes,
            "{seen} bytes in events, {bytes} in files: {result:?}"
        );
        result
    }

    pub(crate) fn payloads(&self) -> impl Iterator<Item = &Payload> {
        self.events
            .iter()
            .filter_map(|event| event.payload.as_ref())
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = &LogLine> {
        lines(&self.events)
    }

    /// The first detail that `wanted` takes, of lines received before or from now on.
    pub(crate) async fn detail<T>(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(&Detail) -> Option<T>,
    ) -> Result<T> {
        let mut found = None;
        self.until(what, |events| {
            let mut details = lines(events).filter_map(|line| line.detail.as_ref());
            found = details.find_map(&mut wanted);
            found.is_some()
        })
        .await?;
        Ok(found.expect("it was waited for"))
    }
}

pub(crate) fn lines(events: &[Arc<Event>]) -> impl Iterator<Item = &LogLine> {
    events.iter().filter_map(|event| match &event.payload {
        Some(Payload::LogLine(line)) => Some(&**line),
        _ => None,
    })
}

pub(crate) fn line_bytes(events: &[Arc<Event>]) -> u64 {
    lines(events).map(|line| line.line_bytes).sum()
}

/// The node's debug.log from its first byte.
pub(crate) fn from_beginning() -> LogExtractorSettings {
    LogExtractorSettings {
        from_beginning: true,
        ..LogExtractorSettings::default()
    }
}

/// What is at this path.
pub(crate) fn file(path: &Path) -> LogExtractorSettings {
    LogExtractorSettings {
        input: LogInput::File(path.to_owned()),
        from_beginning: true,
    }
}

/// How many bytes these files have together.
pub(crate) fn file_bytes(paths: &[impl AsRef<Path>]) -> u64 {
    let bytes = |path: &_| std::fs::metadata(path).map_or(0, |about| about.len());
    paths.iter().map(bytes).sum()
}
