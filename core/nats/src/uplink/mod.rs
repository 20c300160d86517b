//! From the bus of this process to the server.

mod confirm;
mod send;

use std::sync::{Arc, Mutex as BlockingMutex, MutexGuard, PoisonError};
use std::time::Duration;

use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions};
use peer_observer_component::{Component, Context, Failure, HealthHandle, State};
use peer_observer_event::{Kind, KindSet};
use tokio::sync::{Mutex, Notify};
use tracing::{info, warn};

use self::confirm::Confirmations;
use crate::connection::Connection;
use crate::encoder::{Encoder, MaxPayload};
use crate::error::NatsError;
use crate::outbox::Outbox;
use crate::retry::Retry;
use crate::settings::{Mode, NatsSettings};
use crate::ticks;

/// Name of the component and of its subscription.
const NAME: &str = "nats uplink";
/// Its hop: from the bus to the server.
const HOP: &str = "nats_publish";

/// Room for what is published while the outbox is busy.
const QUEUE_EVENTS: usize = 262_144;
const QUEUE_BYTES: usize = 64 << 20;

/// Deliveries taken from the bus at once.
const BATCH: usize = 512;

/// How long the last events may take when the bus is closed.
const LONGEST_FAREWELL: Duration = Duration::from_secs(5);

/// Sends every event that was made in this process, ticks excepted, and holds
/// it until the server has confirmed it. Ends when the bus is closed and all is
/// confirmed, at the latest 5 s after the bus was closed, or at shutdown.
pub struct Uplink {
    bus: Bus,
    settings: Arc<NatsSettings>,
    events: Mutex<Subscription>,
    shared: Shared,
}

/// What those who fill, send and confirm share.
struct Shared {
    outbox: BlockingMutex<Outbox>,
    max_payload: MaxPayload,
    /// Something may be sent: it came in, or others were confirmed.
    ready: Notify,
    /// Nothing is left.
    empty: Notify,
}

impl Shared {
    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        // Nothing under this lock leaves it half done when it panics.
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was confirmed.
    fn confirmed(&self, is_empty: bool) {
        self.ready.notify_one();
        if is_empty {
            self.empty.notify_one();
        }
    }

    async fn emptied(&self) {
        while self.outbox().len() > 0 {
            self.empty.notified().await;
        }
    }
}

impl Uplink {
    /// Subscribes at once: sees all that is published from now on.
    pub fn new(bus: &Bus, settings: Arc<NatsSettings>) -> Uplink {
        let kinds = KindSet::ALL.without(Kind::Tick);
        let options = SubscriptionOptions::new(NAME)
            .kinds(kinds)
            .queue(QUEUE_EVENTS, QUEUE_BYTES);
        let outbox = Outbox::new(settings.buffer_bytes, bus.hop(HOP, ""));
        Uplink {
            bus: bus.clone(),
            settings,
            events: Mutex::new(bus.subscribe(options)),
            shared: Shared {
                outbox: BlockingMutex::new(outbox),
                max_payload: MaxPayload::default(),
                ready: Notify::new(),
                empty: Notify::new(),
            },
        }
    }

    /// Moves events from the bus into the outbox until the bus is closed.
    async fn fill(&self, events: &mut Subscription) {
        let mut encoder = Encoder::default();
        let mut deliveries = Vec::new();
        // Events come in runs of one instance.
        let mut last = (0, false);
        while events.receive(&mut deliveries, BATCH).await {
            let mut outbox = self.shared.outbox();
            for delivery in deliveries.drain(..) {
                // What did not fit into our queue is counted there.
                let Delivery::Event(event) = delivery else {
                    continue;
                };
                if last.0 != event.instance {
                    last = (event.instance, self.bus.has_made(event.instance));
                }
                if last.1 {
                    encoder.put(&event, &self.shared.max_payload, &mut outbox);
                }
            }
            drop(outbox);
            self.shared.ready.notify_one();
        }
    }

    /// Connects, sends, and again, for ever.
    async fn keep_sending(&self, health: &HealthHandle) -> NatsError {
        let mut retry = Retry::new();
        loop {
            let error = match Connection::open(&self.settings, "peer-observer uplink").await {
                Ok(connection) => self.life(&connection, health).await,
                Err(error) => error,
            };
            if let Err(lasting) = retry.after(error, health).await {
                return lasting;
            }
        }
    }

    /// One connection; says why it ended.
    async fn life(&self, connection: &Connection, health: &HealthHandle) -> NatsError {
        self.shared.max_payload.set(connection.client.max_payload());
        self.shared.outbox().rewind();
        let mut confirmations = match Confirmations::open(connection, &self.settings.mode).await {
            Ok(confirmations) => confirmations,
            Err(error) => return error,
        };
        info!("sends events to the NATS server {}", connection.server);
        health.set(State::Working, format!("sends to {}", connection.server));
        let target = confirmations.target();
        let ticks = async {
            match self.settings.mode {
                // Those who listen have their own.
                Mode::Core => std::future::pending().await,
                Mode::JetStream(_) => ticks::publish(connection).await,
            }
        };
        tokio::select! {
            biased;
            error = connection.ended() => error,
            error = ticks => error,
            error = confirmations.receive(connection, &self.shared) => error,
            error = send::send(connection, &target, &self.shared) => error,
        }
    }
}

impl Component for Uplink {
    fn name(&self) -> String {
        NAME.to_owned()
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let mut events = self.events.lock().await;
        let all = async {
            self.fill(&mut events).await;
            // What is left is counted below.
            let _ = tokio::time::timeout(LONGEST_FAREWELL, self.shared.emptied()).await;
        };
        let ended = tokio::select! {
            () = all => Ok(()),
            () = context.shutdown.cancelled() => Ok(()),
            error = self.keep_sending(&context.health) => Err(error),
        };
        let mut outbox = self.shared.outbox();
        if ended.is_ok() && outbox.len() > 0 {
            warn!(
                events = outbox.len(),
                "the NATS server did not confirm the last events"
            );
            outbox.abandon();
        }
        ended.map_err(|error| Failure::CannotWork {
            what: error.to_string(),
            remedy: "correct the settings of [nats]".to_owned(),
        })
    }
}
