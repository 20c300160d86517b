//! An extractor on a real node, and what it saw.
#![allow(dead_code, unreachable_pub)] // Every test file uses a part of this.

pub mod conversation;

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions, dropped};
use peer_observer_component::{CancellationToken, HealthRegistry, State, Supervisor};
use peer_observer_ebpf::{Ebpf, EbpfSettings, Variant};
use peer_observer_event::{Event, Heartbeat, HopCount, P2pMessage, Payload};
use testkit::{Node, wait_for};

/// The variants that a test is run in: all of them, each forced.
pub const VARIANTS: [Variant; 3] = [Variant::Kfunc, Variant::Dynptr, Variant::Basic];

/// A running extractor and everything that it published.
pub struct Observed {
    pub bus: Bus,
    pub health: HealthRegistry,
    shutdown: CancellationToken,
    supervisor: Option<Supervisor>,
    subscription: Subscription,
    pub events: Vec<Arc<Event>>,
}

impl Observed {
    /// Starts the extractor and waits until it is attached.
    pub async fn start(node: &Node, settings: EbpfSettings) -> Result<Observed> {
        let mut observed = Observed::start_without_waiting(node, settings);
        observed.wait_until_attached().await?;
        Ok(observed)
    }

    pub fn start_without_waiting(node: &Node, settings: EbpfSettings) -> Observed {
        let bus = Bus::in_process();
        let (shutdown, health) = (CancellationToken::new(), HealthRegistry::default());
        // Room for everything that a test does: what is asserted here is the
        // way from the tracepoint to the bus.
        let room = SubscriptionOptions::new("test").queue(4_000_000, 1 << 30);
        let subscription = bus.subscribe(room);
        let mut supervisor = Supervisor::new(bus.clone(), shutdown.clone(), health.clone());
        supervisor.start(Ebpf::new(node.settings(), settings));
        let (supervisor, events) = (Some(supervisor), Vec::new());
        Observed {
            bus,
            health,
            shutdown,
            supervisor,
            subscription,
            events,
        }
    }

    pub async fn wait_until_attached(&mut self) -> Result<()> {
        let health = self.health.clone();
        wait_for("the extractor to attach", async || {
            health
                .all()
                .values()
                .all(|health| health.state == State::Working)
        })
        .await
        .with_context(|| format!("health: {:?}", self.health.all()))
    }

    /// Takes what has arrived.
    pub async fn collect(&mut self) -> Result<()> {
        let mut deliveries = Vec::new();
        while self.subscription.depth() > 0 {
            self.subscription.receive(&mut deliveries, 65_536).await;
            for delivery in deliveries.drain(..) {
                match delivery {
                    Delivery::Event(event) => self.events.push(event),
                    Delivery::Missed(count) => anyhow::bail!("the test's queue missed {count}"),
                }
            }
        }
        Ok(())
    }

    /// Collects until the condition holds for what was seen so far.
    pub async fn collect_until(
        &mut self,
        what: &str,
        mut condition: impl FnMut(&[Arc<Event>]) -> bool,
    ) -> Result<()> {
        let deadline = std::time::Instant::now() + testkit::DEADLINE;
        loop {
            self.collect().await?;
            if condition(&self.events) {
                return Ok(());
            }
            ensure!(
                std::time::Instant::now() < deadline,
                "waited too long for {what}"
            );
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    /// Collects until two heartbeats in turn say that nothing more came through
    /// the ring: then all that the node did until now is here.
    pub async fn settle(&mut self) -> Result<()> {
        let attempts = |event: &Arc<Event>| {
            heartbeat(event).map(|beat| beat.hops.iter().map(|hop| hop.attempted).sum::<u64>())
        };
        self.collect().await?;
        let already = self.events.len();
        self.collect_until("the node to come to rest", |events| {
            let beats: Vec<u64> = events[already..].iter().filter_map(attempts).collect();
            beats.len() >= 2 && beats[beats.len() - 1] == beats[beats.len() - 2]
        })
        .await
    }

    /// Stops the extractor; what it published last is collected.
    pub async fn finish(mut self) -> Result<Vec<Arc<Event>>> {
        self.shutdown.cancel();
        if let Some(supervisor) = self.supervisor.take() {
            supervisor.finish().await;
        }
        self.collect().await?;
        Ok(self.events)
    }
}

pub fn heartbeat(event: &Arc<Event>) -> Option<&Heartbeat> {
    match &event.payload {
        Some(Payload::Heartbeat(beat)) => Some(beat),
        _ => None,
    }
}

/// The P2P messages among the events.
pub fn messages(events: &[Arc<Event>]) -> impl Iterator<Item = &P2pMessage> {
    events.iter().filter_map(|event| match &event.payload {
        Some(Payload::P2pMessage(message)) => Some(message),
        _ => None,
    })
}

/// The counters of the last heartbeat.
pub fn last_hops(events: &[Arc<Event>]) -> Vec<HopCount> {
    events
        .iter()
        .rev()
        .find_map(heartbeat)
        .map(|beat| beat.hops.clone())
        .unwrap_or_default()
}

/// Loss that the gap notices speak of, and how many of them there are.
pub fn gaps(events: &[Arc<Event>]) -> (u64, usize) {
    let gaps: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.payload {
            Some(Payload::Gap(gap)) => Some(gap),
            _ => None,
        })
        .collect();
    (gaps.iter().filter_map(|gap| gap.count).sum(), gaps.len())
}

/// Every hop adds up, and what came out of the ring is what went in.
pub fn assert_accounts(events: &[Arc<Event>]) {
    let hops = last_hops(events);
    assert!(!hops.is_empty(), "there was no heartbeat with counters");
    for hop in &hops {
        let sum = hop.whole + hop.reduced + dropped(hop);
        assert_eq!(
            hop.attempted, sum,
            "{} {} does not add up: {hop:?}",
            hop.hop, hop.part
        );
    }
    let ring = hops.iter().filter(|hop| hop.hop == "ring");
    let submitted: u64 = ring.map(|hop| hop.whole + hop.reduced).sum();
    let decoder = hops
        .iter()
        .find(|hop| hop.hop == "decoder")
        .expect("a decoder hop");
    assert_eq!(
        submitted, decoder.attempted,
        "the reader got what the programs submitted"
    );
    let from_tracepoints = events
        .iter()
        .filter(|event| event.monotonic_ns.is_some())
        .count() as u64;
    assert_eq!(
        decoder.whole, from_tracepoints,
        "every record became an event"
    );
}

/// Nothing was lost or cut.
pub fn assert_nothing_lost(events: &[Arc<Event>]) {
    assert_accounts(events);
    for hop in last_hops(events) {
        assert_eq!(
            hop.whole, hop.attempted,
            "{} {}: {hop:?}",
            hop.hop, hop.part
        );
    }
    assert_eq!(gaps(events), (0, 0), "there are gap notices");
}
