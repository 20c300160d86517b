//! What a process of peer-observer has: a bus, and a link.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use peer_observer_bus::{
    Bus, Delivery, Draft, Publisher, Subscription, SubscriptionOptions, dropped,
};
use peer_observer_component::{CancellationToken, Component, Context, HealthRegistry, State};
use peer_observer_event::{
    Body, Event, Extractor, HopCount, Kind, NodeBack, P2pMessage, Payload, Unknown,
};
use peer_observer_nats::{Downlink, Durable, Following, Mode, NatsSettings, Place, Uplink, Wanted};
use testkit::wait_for;
use tokio::task::JoinHandle;

/// A link that runs; aborted, as by SIGKILL, when this is dropped.
pub(crate) struct Running {
    health: HealthRegistry,
    name: String,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(bus: &Bus, link: impl Component) -> Running {
        let (shutdown, health) = (CancellationToken::new(), HealthRegistry::default());
        let name = link.name();
        let context = Context {
            bus: bus.clone(),
            shutdown: shutdown.clone(),
            health: health.handle(&name),
        };
        let task = tokio::spawn(async move {
            link.run(context).await.unwrap();
        });
        Running { health, name, task }
    }

    pub(crate) fn health(&self) -> (State, String) {
        let all = self.health.all();
        (all[&self.name].state, all[&self.name].detail.clone())
    }

    pub(crate) async fn works(&self) {
        wait_for("the link works", async || self.health().0 == State::Working)
            .await
            .unwrap();
    }

    pub(crate) async fn waits_because(&self, cause: &str) {
        wait_for(&format!("the link says {cause:?}"), async || {
            let (state, detail) = self.health();
            state == State::Waiting && detail.contains(cause)
        })
        .await
        .unwrap();
    }

    /// Waits for its own end.
    pub(crate) async fn ended(mut self) {
        (&mut self.task).await.unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A process with an extractor.
pub(crate) struct Observer {
    pub(crate) bus: Bus,
    pub(crate) publisher: Publisher,
    pub(crate) link: Running,
}

impl Observer {
    pub(crate) fn start(settings: &NatsSettings) -> Observer {
        let bus = Bus::in_process();
        let uplink = Uplink::new(&bus, Arc::new(settings.clone()));
        Observer {
            publisher: bus.publisher("alice", Extractor::Rpc),
            link: Running::start(&bus, uplink),
            bus,
        }
    }

    pub(crate) fn publish(&mut self, events: usize) {
        for _ in 0..events {
            let payload = Payload::NodeBack(NodeBack::default());
            self.publisher.publish(Draft::now(payload));
        }
    }

    /// Publishes a P2P message with a body of this size.
    pub(crate) fn publish_large(&mut self, bytes: usize) {
        let message = P2pMessage {
            command: "strange".to_owned(),
            payload_bytes: bytes as u64,
            body: Some(Body::Unknown(Unknown {
                first_bytes: vec![7; bytes].into(),
            })),
            ..P2pMessage::default()
        };
        let payload = Payload::P2pMessage(message);
        self.publisher.publish(Draft::now(payload));
    }

    pub(crate) fn hop(&self) -> HopCount {
        self.bus.hop("nats_publish", "").count()
    }

    /// Waits until so many events have been sent or lost.
    pub(crate) async fn settled(&self, events: u64) {
        wait_for("all events are sent or lost", async || {
            self.hop().attempted == events
        })
        .await
        .unwrap();
    }
}

/// A process with a tool.
pub(crate) struct Reader {
    pub(crate) bus: Bus,
    pub(crate) events: Subscription,
    pub(crate) link: Running,
    /// As the subscription was told.
    pub(crate) missed: u64,
}

impl Reader {
    pub(crate) fn start(settings: &NatsSettings, after: Option<Place>) -> Reader {
        let bus = match settings.mode {
            Mode::Core => Bus::in_process(),
            Mode::JetStream(_) => Bus::of_recording(),
        };
        let events = bus.subscribe(SubscriptionOptions::new("tool"));
        Reader {
            link: downlink(&bus, settings, after),
            events,
            bus,
            missed: 0,
        }
    }

    pub(crate) fn hop(&self) -> HopCount {
        self.bus.hop("nats_receive", "").count()
    }

    /// What comes up to the event of this sequence number, which ends it.
    pub(crate) async fn read_to(&mut self, last: u64) -> Vec<Arc<Event>> {
        let events = self.read_to_at_least(last).await;
        assert_eq!(events.last().map(|event| event.sequence), Some(last));
        events
    }

    /// What comes up to this sequence number, and what comes along with it.
    pub(crate) async fn read_to_at_least(&mut self, last: u64) -> Vec<Arc<Event>> {
        let mut events: Vec<Arc<Event>> = Vec::new();
        let mut deliveries = Vec::new();
        loop {
            let receive = self.events.receive(&mut deliveries, 1000);
            if tokio::time::timeout(Duration::from_secs(60), receive)
                .await
                .is_err()
            {
                panic!("no event for a minute after {}", events.len());
            }
            for delivery in deliveries.drain(..) {
                match delivery {
                    // Time passes in the stream too.
                    Delivery::Event(event) if event.kind() == Kind::Tick => {}
                    Delivery::Event(event) => events.push(event),
                    Delivery::Missed(count) => self.missed += count,
                }
            }
            if events.last().is_some_and(|event| event.sequence >= last) {
                return events;
            }
        }
    }
}

/// A link that brings everything.
pub(crate) fn downlink(bus: &Bus, settings: &NatsSettings, after: Option<Place>) -> Running {
    let following = match settings.mode {
        Mode::Core => Following::Live,
        Mode::JetStream(_) => Following::Durable(Durable {
            name: "tool".to_owned(),
            after,
        }),
    };
    let settings = Arc::new(settings.clone());
    let link = Downlink::new(bus, settings, Wanted::all(), following);
    Running::start(bus, link)
}

/// Whole, reduced and dropped events; together they are the attempted ones.
pub(crate) fn balance(count: &HopCount) -> (u64, u64, u64) {
    assert_eq!(
        count.attempted,
        count.whole + count.reduced + dropped(count),
        "{count:?}"
    );
    (count.whole, count.reduced, dropped(count))
}

/// Writes a file that nobody else may read.
pub(crate) fn secret(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}
