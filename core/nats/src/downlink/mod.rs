//! From the server to the bus of this process.

mod core;
mod incoming;
mod jetstream;

use std::sync::Arc;

use peer_observer_bus::Bus;
use peer_observer_component::{Component, Context, Failure, HealthHandle, State};
use tokio::sync::Mutex;

use self::incoming::Incoming;
use self::jetstream::Position;
use crate::connection::Connection;
use crate::error::NatsError;
use crate::retry::Retry;
use crate::settings::{Mode, NatsSettings};
use crate::subject::Wanted;

const NAME: &str = "nats downlink";
/// Its hop: from whoever published to the bus. What is missing shows in the
/// sequence numbers.
const HOP: &str = "nats_receive";

/// Who reads the stream: the server remembers how far.
#[derive(Clone, Debug)]
pub struct Durable {
    /// Its name on the server: one for each process that reads all of it.
    pub name: String,
    /// Where the tools know better than the server how far they are: the last
    /// `bus_sequence` that they have.
    pub after: Option<u64>,
}

/// Brings events that other processes made.
///
/// Without JetStream they get their place from the bus. With JetStream they have
/// the stream's: sequence and time; the bus has to be one of a recording
/// ([`Bus::of_recording`]), waits for the tools, and what they have not taken
/// when the process ends comes again.
pub struct Downlink {
    settings: Arc<NatsSettings>,
    wanted: Wanted,
    durable: Durable,
    state: Mutex<Progress>,
}

/// What outlives a connection.
struct Progress {
    incoming: Incoming,
    position: Position,
}

impl Downlink {
    /// Brings what is wanted onto the bus. `durable` counts with JetStream alone.
    pub fn new(
        bus: &Bus,
        settings: Arc<NatsSettings>,
        wanted: Wanted,
        durable: Durable,
    ) -> Downlink {
        let incoming = Incoming::new(bus, &wanted);
        let position = Position::after(durable.after);
        Downlink {
            settings,
            wanted,
            durable,
            state: Mutex::new(Progress { incoming, position }),
        }
    }

    async fn life(
        &self,
        connection: &Connection,
        state: &mut Progress,
        health: &HealthHandle,
    ) -> NatsError {
        let said = format!("receives from {}", connection.server);
        let ready = || health.set(State::Working, said.as_str());
        match &self.settings.mode {
            Mode::Core => core::receive(connection, &self.wanted, &mut state.incoming, ready).await,
            Mode::JetStream(stream) => {
                jetstream::receive(
                    connection,
                    stream,
                    &self.wanted,
                    &self.durable,
                    state,
                    ready,
                )
                .await
            }
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
