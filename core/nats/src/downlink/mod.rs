//! From the server to the bus of this process.

mod incoming;
mod jetstream;
mod live;
mod start;

use std::sync::Arc;

use peer_observer_bus::Bus;
use peer_observer_component::{Component, Context, Failure, HealthHandle, State};
use peer_observer_event::Kind;
use tokio::sync::Mutex;
use tracing::info;

use self::incoming::Incoming;
use self::jetstream::Position;
use crate::connection::Connection;
use crate::error::NatsError;
use crate::retry::Retry;
use crate::settings::{Mode, NatsSettings};
use crate::subject::Wanted;
use crate::ticks;

const NAME: &str = "nats downlink";
/// Its hop: from whoever published to the bus. What is missing shows in the
/// sequence numbers.
const HOP: &str = "nats_receive";

/// What of the past matters.
#[derive(Clone, Debug)]
pub enum Following {
    /// What comes from now on, also where a stream stores it. Events get their
    /// place from the bus, which has ticks of its own.
    Live,
    /// All that the stream has, from where this reader stopped. Needs
    /// [`Mode::JetStream`].
    ///
    /// Events have the stream's place, its sequence and time, and so do the ticks
    /// in it. The bus has to be one of a recording ([`Bus::of_recording`]); it
    /// waits for the tools, and what they have not taken when the process ends
    /// comes again.
    Durable(Durable),
}

/// Who reads the stream: the server remembers how far.
#[derive(Clone, Debug)]
pub struct Durable {
    /// Its name on the server: one for each process that reads all of it.
    pub name: String,
    /// Where the tools know better than the server how far they are: the place
    /// of the last event that they have.
    pub after: Option<Place>,
}

/// The place of an event of the stream, as it has it on the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its `bus_sequence`.
    pub sequence: u64,
    /// Its `bus_time_ns`, in nanoseconds since the epoch.
    pub time_ns: u64,
}

/// Brings events that other processes made.
pub struct Downlink {
    settings: Arc<NatsSettings>,
    wanted: Wanted,
    following: Following,
    state: Mutex<Progress>,
}

/// What outlives a connection.
struct Progress {
    incoming: Incoming,
    position: Position,
}

impl Downlink {
    /// Brings what is wanted onto the bus.
    pub fn new(
        bus: &Bus,
        settings: Arc<NatsSettings>,
        mut wanted: Wanted,
        following: Following,
    ) -> Downlink {
        if matches!(following, Following::Live) {
            wanted.kinds = wanted.kinds.without(Kind::Tick);
        }
        let incoming = Incoming::new(bus, &wanted);
        Downlink {
            settings,
            wanted,
            following,
            state: Mutex::new(Progress {
                incoming,
                position: Position::default(),
            }),
        }
    }

    async fn life(
        &self,
        connection: &Connection,
        state: &mut Progress,
        health: &HealthHandle,
    ) -> NatsError {
        let said = format!("receives from {}", connection.server);
        let ready = || {
            info!("receives events from the NATS server {}", connection.server);
            health.set(State::Working, said.as_str());
        };
        match (&self.settings.mode, &self.following) {
            (Mode::JetStream(stream), Following::Durable(durable)) => tokio::select! {
                error = jetstream::receive(connection, stream, durable, state, ready) => error,
                error = ticks::publish(connection) => error,
            },
            _ => live::receive(connection, &self.wanted, &mut state.incoming, ready).await,
        }
    }

    async fn keep_receiving(&self, state: &mut Progress, health: &HealthHandle) -> NatsError {
        let mut retry = Retry::new();
        loop {
            let error = match Connection::open(&self.settings, "peer-observer downlink").await {
                Ok(connection) => tokio::select! {
                    biased;
                    error = self.life(&connection, state, health) => error,
                    error = connection.ended() => error,
                },
                Err(error) => error,
            };
            if let Err(lasting) = retry.after(error, health).await {
                return lasting;
            }
        }
    }
}

impl Component for Downlink {
    fn name(&self) -> String {
        NAME.to_owned()
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let mut state = self.state.lock().await;
        tokio::select! {
            () = context.shutdown.cancelled() => Ok(()),
            error = self.keep_receiving(&mut state, &context.health) => Err(Failure::CannotWork {
                what: error.to_string(),
                remedy: "correct the settings of [nats]".to_owned(),
            }),
        }
    }
}
