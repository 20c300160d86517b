//! A running extractor, and everything that it published.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions};
use peer_observer_component::{CancellationToken, HealthRegistry, State, Supervisor};
use peer_observer_event::{
    Event, Heartbeat, HopCount, Payload, ProbeAnnouncement, ProbeConnected, ProbeDisconnected,
    ProbePing,
};
use peer_observer_node::NodeSettings;
use peer_observer_p2p_extractor::{P2p, P2pExtractorSettings};
use rand::Rng;
use serde_json::Value;
use testkit::{DEADLINE, Node};

/// Everything on, and pings so often that a test need not wait for them.
pub(crate) fn settings() -> P2pExtractorSettings {
    P2pExtractorSettings {
        ping_interval: Some(Duration::from_millis(20)),
        ..P2pExtractorSettings::new(free_address())
    }
}

/// A port that stays free while an extractor is restarted: not one of those
/// that the system gives to outgoing connections.
fn free_address() -> SocketAddr {
    loop {
        let port = rand::rng().random_range(10_000..32_000);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

pub(crate) struct Observed {
    pub(crate) settings: P2pExtractorSettings,
    pub(crate) health: HealthRegistry,
    pub(crate) events: Vec<Arc<Event>>,
    shutdown: CancellationToken,
    supervisor: Option<Supervisor>,
    subscription: Subscription,
}

impl Observed {
    /// Starts the extractor and waits until it listens.
    pub(crate) async fn listening(
        node: NodeSettings,
        settings: P2pExtractorSettings,
    ) -> Result<Observed> {
        let bus = Bus::in_process();
        let (shutdown, health) = (CancellationToken::new(), HealthRegistry::default());
        let room = SubscriptionOptions::new("test").queue(1_000_000, 1 << 30);
        let subscription = bus.subscribe(room);
        let mut supervisor = Supervisor::new(bus, shutdown.clone(), health.clone());
        supervisor.start(P2p::new(node, settings.clone()));
        let mut observed = Observed {
            settings,
            health,
            events: Vec::new(),
            shutdown,
            supervisor: Some(supervisor),
            subscription,
        };
        let started = |payload: &Payload| matches!(payload, Payload::Started(_)).then_some(());
        observed
            .next_of(0, "the extractor's start", started)
            .await?;
        Ok(observed)
    }

    /// Starts the extractor, tells the node to dial it, and waits for that.
    pub(crate) async fn connected(
        node: &mut Node,
        settings: P2pExtractorSettings,
    ) -> Result<Observed> {
        let mut observed = Observed::listening(node.settings(), settings).await?;
        let listen = observed.settings.listen.to_string();
        node.add_arguments([format!("-addnode={listen}")]);
        node.rpc::<Value>("addnode", (listen, "add")).await?;
        observed.next_of(0, "the connection", connected).await?;
        Ok(observed)
    }

    /// The first event from number `from` on of which `wanted` makes something:
    /// that, and the number behind it.
    pub(crate) async fn next_of<T>(
        &mut self,
        from: usize,
        what: &str,
        wanted: impl Fn(&Payload) -> Option<T>,
    ) -> Result<(T, usize)> {
        let deadline = Instant::now() + DEADLINE + Duration::from_secs(5);
        let mut looked = from;
        loop {
            self.collect().await?;
            while let Some(event) = self.events.get(looked) {
                looked += 1;
                if let Some(found) = event.payload.as_ref().and_then(&wanted) {
                    return Ok((found, looked));
                }
            }
            ensure!(
                Instant::now() < deadline,
                "waited in vain for {what}; {:?}",
                self.health.all()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits for so many pings; how long they took, sorted.
    pub(crate) async fn pings(&mut self, count: usize) -> Result<Vec<Duration>> {
        self.collect().await?;
        let mut from = self.events.len();
        let mut pings = Vec::new();
        while pings.len() < count {
            let (round_trip, next) = self.next_of(from, "a ping", ping).await?;
            from = next;
            pings.push(round_trip);
        }
        pings.sort();
        Ok(pings)
    }

    /// Takes what has arrived.
    pub(crate) async fn collect(&mut self) -> Result<()> {
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

    /// The counters of `part` once they satisfy the condition.
    pub(crate) async fn counts(
        &mut self,
        part: &str,
        condition: impl Fn(&HopCount) -> bool,
    ) -> Result<HopCount> {
        self.collect().await?;
        let from = self.events.len();
        let fitting = |payload: &Payload| {
            let Payload::Heartbeat(Heartbeat { hops, .. }) = payload else {
                return None;
            };
            let hop = hops.iter().find(|hop| hop.part == part)?;
            let lost: u64 = hop.dropped.iter().map(|drop| drop.count).sum();
            assert_eq!(hop.attempted, hop.whole + hop.reduced + lost, "{hop:?}");
            condition(hop).then(|| hop.clone())
        };
        let waited = self.next_of(from, "the counters", fitting).await;
        let (hop, _) = waited.with_context(|| format!("part {part}: {:?}", last_hops(self)))?;
        Ok(hop)
    }

    pub(crate) fn is_working(&self) -> bool {
        let all = self.health.all();
        all.values().all(|health| health.state == State::Working)
    }

    /// All events of which `wanted` makes something.
    pub(crate) fn all<T>(&self, wanted: impl Fn(&Payload) -> Option<T>) -> Vec<T> {
        let payloads = self.events.iter().filter_map(|it| it.payload.as_ref());
        payloads.filter_map(wanted).collect()
    }

    /// Stops the extractor; what it published last is collected.
    pub(crate) async fn finish(mut self) -> Result<Vec<Arc<Event>>> {
        self.shutdown.cancel();
        if let Some(supervisor) = self.supervisor.take() {
            supervisor.finish().await;
        }
        self.collect().await?;
        Ok(self.events)
    }
}

fn last_hops(observed: &Observed) -> Vec<HopCount> {
    let beats = observed.all(|payload| match payload {
        Payload::Heartbeat(beat) => Some(beat.hops.clone()),
        _ => None,
    });
    beats.into_iter().next_back().unwrap_or_default()
}

pub(crate) fn dropped(hop: &HopCount, reason: &str) -> u64 {
    let found = hop.dropped.iter().find(|drop| drop.reason == reason);
    found.map_or(0, |drop| drop.count)
}

pub(crate) fn connected(payload: &Payload) -> Option<ProbeConnected> {
    match payload {
        Payload::ProbeConnected(connected) => Some((**connected).clone()),
        _ => None,
    }
}

pub(crate) fn disconnected(payload: &Payload) -> Option<ProbeDisconnected> {
    match payload {
        Payload::ProbeDisconnected(disconnected) => Some(disconnected.clone()),
        _ => None,
    }
}

pub(crate) fn ping(payload: &Payload) -> Option<Duration> {
    match payload {
        Payload::ProbePing(ProbePing { round_trip_ns }) => {
            Some(Duration::from_nanos(*round_trip_ns))
        }
        _ => None,
    }
}

pub(crate) fn announcement(payload: &Payload) -> Option<ProbeAnnouncement> {
    match payload {
        Payload::ProbeAnnouncement(announcement) => Some((**announcement).clone()),
        _ => None,
    }
}

/// Our peer in the node's getpeerinfo.
pub(crate) async fn our_peer(node: &Node, connected: &ProbeConnected) -> Result<Value> {
    let peers = node.peers().await?;
    let ours = peers.into_iter().find(|peer| {
        peer["addr"] == connected.listen_address.as_str()
            && peer["addrbind"] == connected.node_address.as_str()
    });
    ours.context("our peer is not in getpeerinfo under our addresses")
}
