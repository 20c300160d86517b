//! An extractor at work, and what it publishes.

use std::collections::VecDeque;
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
    shutdown: CancellationToken,
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl Observed {
    /// getpeerinfo every 100 ms, each call within 2 s.
    pub(super) fn start(node: &FakeNode) -> Observed {
        let mut settings = RpcExtractorSettings::default();
        settings.methods.insert(
            "getpeerinfo",
            MethodSettings {
                enabled: true,
                interval: Duration::from_millis(100),
                timeout: Duration::from_secs(2),
            },
        );
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

    /// Waits for a heartbeat with such counts of getpeerinfo.
    pub(super) async fn until_counted(&mut self, wanted: impl Fn(&HopCount) -> bool) {
        self.until("count", |payload| {
            let Payload::Heartbeat(heartbeat) = payload else {
                return false;
            };
            heartbeat.hops.iter().any(|count| {
                let dropped: u64 = count.dropped.iter().map(|drop| drop.count).sum();
                assert_eq!(count.attempted, count.whole + count.reduced + dropped);
                count.hop == "rpc" && count.part == "getpeerinfo" && wanted(count)
            })
        })
        .await;
    }

    pub(super) async fn until_dropped(&mut self, reason: &str) {
        self.until_counted(|count| count.dropped.iter().any(|drop| drop.reason == reason))
            .await;
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

    /// How many notices of this name have come so far.
    pub(super) fn notices(&self, word: &str) -> usize {
        self.notices.iter().filter(|known| **known == word).count()
    }
}
