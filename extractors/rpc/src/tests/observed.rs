//! An extractor at work, and what it publishes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions};
use peer_observer_component::{CancellationToken, HealthRegistry, Supervisor};
use peer_observer_event::{Event, HopCount, Payload};
use tokio::time::timeout;

use super::LONG;
use super::fake_node::FakeNode;
use crate::{MethodSettings, Rpc, RpcExtractorSettings};

pub(super) struct Observed {
    health: HealthRegistry,
    subscription: Subscription,
    waiting: VecDeque<Arc<Event>>,
    notices: Vec<&'static str>,
    replies: BTreeMap<&'static str, usize>,
    shutdown: CancellationToken,
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl Observed {
    /// getpeerinfo alone, every 100 ms, each call within 2 s.
    pub(super) fn start(node: &FakeNode) -> Observed {
        Observed::start_with(node, |method| method == "getpeerinfo")
    }

    /// All methods, every 100 ms, each call within 2 s.
    pub(super) fn start_all(node: &FakeNode) -> Observed {
        Observed::start_with(node, |_| true)
    }

    fn start_with(node: &FakeNode, enabled: impl Fn(&str) -> bool) -> Observed {
        let mut settings = RpcExtractorSettings::default();
        for (method, settings) in &mut settings.methods {
            *settings = MethodSettings {
                enabled: enabled(method),
                interval: Duration::from_millis(100),
                timeout: Duration::from_secs(2),
            };
        }
        let bus = Bus::in_process();
        let subscription = bus.subscribe(SubscriptionOptions::new("test"));
        let health = HealthRegistry::default();
        let shutdown = CancellationToken::new();
        let mut supervisor = Supervisor::new(bus, shutdown.clone(), health.clone());
        supervisor.start(Rpc::new(node.settings.clone(), settings));
        tokio::spawn(supervisor.finish());
        let (waiting, notices) = (VecDeque::new(), Vec::new());
        Observed {
            health,
            subscription,
            waiting,
            notices,
            replies: BTreeMap::new(),
            shutdown,
        }
    }

    async fn next(&mut self) -> Arc<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                let word = event.payload.as_ref().map_or("none", Payload::word);
                if word.starts_with("node_") {
                    self.notices.push(word);
                }
                if let Some(method) = event.payload.as_ref().and_then(Payload::rpc_method) {
                    *self.replies.entry(method).or_default() += 1;
                }
                return event;
            }
            let mut deliveries = Vec::new();
            self.subscription.receive(&mut deliveries, 100).await;
            self.waiting
                .extend(deliveries.into_iter().map(|delivery| match delivery {
                    Delivery::Event(event) => event,
                    Delivery::Missed(count) => panic!("missed {count} events"),
                }));
        }
    }

    /// The next event with such a payload.
    pub(super) async fn until(
        &mut self,
        what: &str,
        wanted: impl Fn(&Payload) -> bool,
    ) -> Arc<Event> {
        let search = async {
            loop {
                let event = self.next().await;
                if event.payload.as_ref().is_some_and(&wanted) {
                    return event;
                }
            }
        };
        timeout(LONG, search)
            .await
            .unwrap_or_else(|_| panic!("no {what} in {LONG:?}"))
    }

    pub(super) async fn until_peers(&mut self) -> Arc<Event> {
        // Not what has been published before.
        self.heartbeats(1).await;
        self.until("getpeerinfo", |payload| {
            matches!(payload, Payload::PeerInfos(_))
        })
        .await
    }

    /// Waits for the first reply of this method, where it has not come yet.
    pub(super) async fn until_replied(&mut self, method: &str) {
        if self.replies(method) == 0 {
            self.until(method, |payload| payload.rpc_method() == Some(method))
                .await;
        }
    }

    pub(super) async fn until_back(&mut self) {
        self.until("back", |payload| matches!(payload, Payload::NodeBack(_)))
            .await;
    }

    pub(super) async fn heartbeats(&mut self, number: usize) {
        for _ in 0..number {
            self.until("heartbeat", |payload| {
                matches!(payload, Payload::Heartbeat(_))
            })
            .await;
        }
    }

    /// Waits for a heartbeat with such counts of a method, and returns the
    /// counts of all of them.
    pub(super) async fn until_counted(
        &mut self,
        method: &str,
        wanted: impl Fn(&HopCount) -> bool,
    ) -> Vec<HopCount> {
        let event = self
            .until("count", |payload| {
                let Payload::Heartbeat(heartbeat) = payload else {
                    return false;
                };
                heartbeat.hops.iter().any(|count| {
                    assert_eq!(count.hop, "rpc");
                    assert_eq!(count.attempted, count.whole + dropped(count));
                    count.part == method && wanted(count)
                })
            })
            .await;
        match &event.payload {
            Some(Payload::Heartbeat(heartbeat)) => heartbeat.hops.clone(),
            other => panic!("not a heartbeat: {other:?}"),
        }
    }

    /// The same for a call that gave no event.
    pub(super) async fn until_dropped(&mut self, method: &str, reason: &str) -> Vec<HopCount> {
        let wanted = |count: &HopCount| count.dropped.iter().any(|drop| drop.reason == reason);
        self.until_counted(method, wanted).await
    }

    /// Waits until the extractor says that it is so.
    pub(super) async fn until_health(&mut self, state: &str, detail: &str) {
        let mut last = None;
        let look = async {
            loop {
                last = self.health.all().remove("rpc alice");
                if let Some(health) = &last
                    && health.state.word() == state
                    && health.detail.contains(detail)
                {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if timeout(LONG, look).await.is_err() {
            panic!("not {state} ({detail}) but {last:?}");
        }
    }

    /// How many replies of this method have come so far.
    pub(super) fn replies(&self, method: &str) -> usize {
        self.replies.get(method).copied().unwrap_or(0)
    }

    /// How many notices of this name have come so far.
    pub(super) fn notices(&self, word: &str) -> usize {
        self.notices.iter().filter(|known| **known == word).count()
    }
}

/// Calls that gave no event.
pub(super) fn dropped(count: &HopCount) -> u64 {
    count.dropped.iter().map(|drop| drop.count).sum()
}
