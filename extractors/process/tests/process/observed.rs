//! An extractor at work, and what it publishes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions, dropped};
use peer_observer_component::{CancellationToken, Health, HealthRegistry, State, Supervisor};
use peer_observer_event::{
    Event, HopCount, NodeBack, Payload, ProcessMemory, ProcessSample, ThreadUsage,
};
use peer_observer_node::NodeSettings;
use peer_observer_process::{Process, ProcessExtractorSettings};
use testkit::DEADLINE;

/// Samples ten times a second, the proportional set size with each fifth.
pub(crate) const FAST: ProcessExtractorSettings = ProcessExtractorSettings {
    interval: Duration::from_millis(100),
    memory_interval: Some(Duration::from_millis(500)),
    memory_limit_bytes: 4_000_000_000,
    pressure: false,
};

pub(crate) struct Observed {
    component: String,
    health: HealthRegistry,
    subscription: Subscription,
    /// Everything so far.
    pub(crate) events: Vec<Arc<Event>>,
    /// How many of them have been looked at.
    seen: usize,
    shutdown: CancellationToken,
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl Observed {
    pub(crate) fn start(node: NodeSettings, settings: ProcessExtractorSettings) -> Observed {
        let bus = Bus::in_process();
        let (health, shutdown) = (HealthRegistry::default(), CancellationToken::new());
        let subscription = bus.subscribe(SubscriptionOptions::new("test"));
        let component = format!("process {}", node.name);
        let mut supervisor = Supervisor::new(bus, shutdown.clone(), health.clone());
        supervisor.start(Process::new(node, settings));
        tokio::spawn(supervisor.finish());
        Observed {
            component,
            health,
            subscription,
            events: Vec::new(),
            seen: 0,
            shutdown,
        }
    }

    /// The next payload of which something is wanted.
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(&Payload) -> Option<T>,
    ) -> Result<T> {
        let deadline = Instant::now() + DEADLINE;
        let mut deliveries = Vec::new();
        loop {
            while let Some(event) = self.events.get(self.seen) {
                self.seen += 1;
                if let Some(found) = event.payload.as_ref().and_then(&mut wanted) {
                    return Ok(found);
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let more = self.subscription.receive(&mut deliveries, 1_000);
            ensure!(
                tokio::time::timeout(left, more).await.is_ok(),
                "no {what} within {DEADLINE:?}: {:?}",
                self.health()
            );
            for delivery in deliveries.drain(..) {
                match delivery {
                    Delivery::Event(event) => self.events.push(event),
                    Delivery::Missed(count) => bail!("the test's queue missed {count}"),
                }
            }
        }
    }

    /// The next sample.
    pub(crate) async fn sample(&mut self) -> Result<ProcessSample> {
        self.until("sample", |payload| match payload {
            Payload::ProcessSample(sample) => Some((**sample).clone()),
            _ => None,
        })
        .await
    }

    /// A sample that was begun after this call.
    pub(crate) async fn fresh_sample(&mut self) -> Result<ProcessSample> {
        let before = peer_observer_bus::wall_clock_ns();
        loop {
            let sample = self.sample().await?;
            if self.events[self.seen - 1].time_ns > before {
                return Ok(sample);
            }
        }
    }

    /// The next proportional set size.
    pub(crate) async fn memory(&mut self) -> Result<ProcessMemory> {
        self.until("memory", |payload| match payload {
            Payload::ProcessMemory(memory) => Some(*memory),
            _ => None,
        })
        .await
    }

    /// The next notice that the node is there.
    pub(crate) async fn back(&mut self) -> Result<NodeBack> {
        self.until("node_back", |payload| match payload {
            Payload::NodeBack(back) => Some(back.clone()),
            _ => None,
        })
        .await
    }

    /// The next heartbeat with such a count. All counts add up.
    pub(crate) async fn count(
        &mut self,
        part: &str,
        wanted: impl Fn(&HopCount) -> bool,
    ) -> Result<HopCount> {
        self.until("count", |payload| {
            let Payload::Heartbeat(heartbeat) = payload else {
                return None;
            };
            for count in &heartbeat.hops {
                assert_eq!(count.hop, "process");
                let sum = count.whole + count.reduced + dropped(count);
                assert_eq!(count.attempted, sum, "{count:?}");
            }
            let found = |count: &&HopCount| count.part == part && wanted(count);
            heartbeat.hops.iter().find(found).cloned()
        })
        .await
    }

    pub(crate) fn health(&self) -> Option<Health> {
        self.health.all().remove(&self.component)
    }

    /// Waits until the extractor says that it is so.
    pub(crate) async fn until_health(&self, state: State, part_of_detail: &str) -> Result<String> {
        let what = format!("the extractor is {}: {part_of_detail}", state.word());
        let found = testkit::wait_for_value(&what, async || {
            let health = self.health()?;
            (health.state == state && health.detail.contains(part_of_detail)).then_some(health)
        });
        match found.await {
            Ok(health) => Ok(health.detail),
            Err(error) => bail!("{error}; it says {:?}", self.health()),
        }
    }
}

/// CPU time of the threads with this name.
pub(crate) fn cpu_seconds(sample: &ProcessSample, name: &str) -> f64 {
    let named = |usage: &&ThreadUsage| usage.name == name;
    let of = |usage: &ThreadUsage| usage.user_seconds + usage.system_seconds;
    sample.threads.iter().find(named).map_or(0.0, of)
}

/// CPU time of all threads.
pub(crate) fn all_threads_seconds(sample: &ProcessSample) -> f64 {
    let of = |usage: &ThreadUsage| usage.user_seconds + usage.system_seconds;
    sample.threads.iter().map(of).sum()
}
