//! An extractor at work, and what it has published.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions};
use peer_observer_component::{CancellationToken, Health, HealthRegistry, Supervisor};
use peer_observer_event::{ChainReorganized, ChainTipChanged, Event, HopCount, Payload};
use peer_observer_ipc_extractor::{Ipc, IpcExtractorSettings};
use testkit::{DEADLINE, Node, wait_for};
use tokio::time::timeout;

pub(crate) struct Observed {
    pub(crate) health: HealthRegistry,
    subscription: Subscription,
    shutdown: CancellationToken,
    supervisor: Option<Supervisor>,
    /// All of them, in order.
    pub(crate) events: Vec<Arc<Event>>,
}

/// Tips only.
pub(crate) fn tips_only() -> IpcExtractorSettings {
    IpcExtractorSettings {
        socket: None,
        echo_interval: None,
        template_interval: None,
    }
}

impl Observed {
    pub(crate) fn start(node: &Node, settings: IpcExtractorSettings) -> Observed {
        let bus = Bus::in_process();
        let subscription = bus.subscribe(SubscriptionOptions::new("test"));
        let health = HealthRegistry::default();
        let shutdown = CancellationToken::new();
        let mut supervisor = Supervisor::new(bus, shutdown.clone(), health.clone());
        supervisor.start(Ipc::new(node.settings(), settings));
        Observed {
            health,
            subscription,
            shutdown,
            supervisor: Some(supervisor),
            events: Vec::new(),
        }
    }

    /// Receives until there is such an event behind the first `from`; its index.
    pub(crate) async fn until_behind(
        &mut self,
        from: usize,
        what: &str,
        wanted: impl Fn(&Payload) -> bool,
    ) -> Result<usize> {
        let mut looked_at = from;
        let search = async {
            loop {
                let is_it = |event: &Arc<Event>| event.payload.as_ref().is_some_and(&wanted);
                if let Some(index) = self.events[looked_at..].iter().position(is_it) {
                    return anyhow::Ok(looked_at + index);
                }
                looked_at = self.events.len();
                let mut deliveries = Vec::new();
                if !self.subscription.receive(&mut deliveries, 100).await {
                    bail!("the bus has ended");
                }
                for delivery in deliveries {
                    match delivery {
                        Delivery::Event(event) => self.events.push(event),
                        Delivery::Missed(count) => bail!("missed {count} events"),
                    }
                }
            }
        };
        let found = timeout(DEADLINE, search).await;
        found.with_context(|| format!("waited {DEADLINE:?} for {what}"))?
    }

    /// Receives until there is one more such event than there were before.
    pub(crate) async fn until(
        &mut self,
        what: &str,
        wanted: impl Fn(&Payload) -> bool,
    ) -> Result<usize> {
        self.until_behind(self.events.len(), what, wanted).await
    }

    /// Receives until this tip has been told; its index.
    pub(crate) async fn until_tip(&mut self, height: i32) -> Result<usize> {
        let wanted = |payload: &Payload| matches!(payload, Payload::ChainTipChanged(tip) if tip.height == height && tip.observed);
        self.until_behind(0, &format!("the tip at {height}"), wanted)
            .await
    }

    /// Receives until the node is there and its first tip has been told.
    pub(crate) async fn until_following(&mut self) -> Result<()> {
        let is_tip = |payload: &Payload| matches!(payload, Payload::ChainTipChanged(_));
        self.until_behind(0, "the first tip", is_tip).await?;
        Ok(())
    }

    /// Waits until the extractor says that it is so.
    pub(crate) async fn until_health(&self, state: &str, detail: &str) -> Result<()> {
        let what = format!("health {state} with {detail:?}");
        let outcome = wait_for(&what, async || {
            let health = self.health();
            health.state.word() == state && health.detail.contains(detail)
        });
        outcome
            .await
            .with_context(|| format!("{:?}", self.health()))
    }

    pub(crate) fn health(&self) -> Health {
        self.health.all().remove("ipc alice").unwrap()
    }

    /// The payloads from this index on, without heartbeats.
    pub(crate) fn payloads(&self, from: usize) -> Vec<&Payload> {
        let payloads = self.events[from..]
            .iter()
            .filter_map(|event| event.payload.as_ref());
        payloads
            .filter(|payload| !matches!(payload, Payload::Heartbeat(_)))
            .collect()
    }

    /// All tips that have been told.
    pub(crate) fn tips(&self) -> Vec<&ChainTipChanged> {
        let tips = self
            .payloads(0)
            .into_iter()
            .filter_map(|payload| match payload {
                Payload::ChainTipChanged(tip) => Some(tip),
                _ => None,
            });
        tips.collect()
    }

    pub(crate) fn reorganisations(&self) -> Vec<&ChainReorganized> {
        let all = self
            .payloads(0)
            .into_iter()
            .filter_map(|payload| match payload {
                Payload::ChainReorganized(reorganisation) => Some(reorganisation),
                _ => None,
            });
        all.collect()
    }

    pub(crate) fn count(&self, word: &str) -> usize {
        let payloads = self.payloads(0);
        payloads
            .iter()
            .filter(|payload| payload.word() == word)
            .count()
    }

    /// The counters after everything that has happened up to now.
    pub(crate) async fn counts(&mut self) -> Result<Vec<HopCount>> {
        let is_heartbeat = |payload: &Payload| matches!(payload, Payload::Heartbeat(_));
        let first = self.until("a heartbeat", is_heartbeat).await?;
        let second = self
            .until_behind(first + 1, "another", is_heartbeat)
            .await?;
        let Some(Payload::Heartbeat(heartbeat)) = &self.events[second].payload else {
            bail!("no heartbeat");
        };
        for count in &heartbeat.hops {
            let dropped: u64 = count.dropped.iter().map(|drop| drop.count).sum();
            ensure!(
                count.hop == "ipc" && count.attempted == count.whole + dropped,
                "{count:?}"
            );
        }
        Ok(heartbeat.hops.clone())
    }

    /// Ends the extractor as the program does.
    pub(crate) async fn finish(&mut self) -> Result<()> {
        self.shutdown.cancel();
        let supervisor = self.supervisor.take().context("it has ended")?;
        Ok(timeout(DEADLINE, supervisor.finish()).await?)
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// Long enough to notice what should not happen.
pub(crate) const A_WHILE: Duration = Duration::from_secs(3);

/// A hash as the node writes it.
pub(crate) fn written(hash: &[u8]) -> String {
    hash.iter()
        .rev()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
