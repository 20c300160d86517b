//! The component: receives, and has everything written where it may block.

use std::io;
use std::sync::{Arc, Mutex as BlockingMutex, PoisonError};
use std::time::Duration;

use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions};
use peer_observer_component::{Component, Context, Failure, HealthHandle, State};
use tokio::sync::Mutex;
use tokio::time::MissedTickBehavior;

use super::folder::{Folder, FolderError};
use super::last::{RecordedPlace, last_recorded};
use super::recording::Recording;
use super::settings::RecorderSettings;

/// Name of the component, its subscription and its hop.
pub const SUBSCRIPTION: &str = "archive";

/// Deliveries written at once.
const BATCH: usize = 4096;
/// Room for a while in which the disk does not answer.
const QUEUE_EVENTS: usize = 262_144;
const QUEUE_BYTES: usize = 64 << 20;

/// Records the events of a bus until the bus is closed, or until shutdown.
///
/// A slow disk or a high level of compression fills its own queue, where events
/// are reduced and dropped, counted, and nowhere else.
pub struct Recorder {
    flush_interval: Duration,
    // One life has both at a time; the next one goes on with them.
    subscription: Mutex<Subscription>,
    recording: Arc<BlockingMutex<Recording>>,
}

impl Recorder {
    /// Receives from now on, writes once it runs. Makes the folder and locks it.
    ///
    /// # Errors
    /// Where the folder cannot be made or written, or has another recorder.
    pub fn new(bus: &Bus, settings: RecorderSettings) -> Result<Recorder, FolderError> {
        let folder = Folder::open(&settings.folder)?;
        let options = SubscriptionOptions::new(SUBSCRIPTION)
            .kinds(settings.filter.kind_set())
            .queue(QUEUE_EVENTS, QUEUE_BYTES);
        let flush_interval = settings.flush_interval;
        let recording = Recording::new(settings, folder, bus.hop(SUBSCRIPTION, ""));
        Ok(Recorder {
            flush_interval,
            subscription: Mutex::new(bus.subscribe(options)),
            recording: Arc::new(BlockingMutex::new(recording)),
        })
    }

    /// The number of the recorder of this folder: no other has it.
    pub fn number(&self) -> u64 {
        let recording = self
            .recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        recording.folder().recorder()
    }

    /// The place of the last event that an earlier life has recorded in this
    /// folder: what comes behind it is not recorded yet.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn last_recorded(&self) -> io::Result<Option<RecordedPlace>> {
        let recording = self
            .recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        last_recorded(recording.folder())
    }

    /// Writes on a thread that may block, and says how it went.
    async fn write(
        &self,
        health: &HealthHandle,
        work: impl FnOnce(&mut Recording) + Send + 'static,
    ) -> Result<(), Failure> {
        let recording = Arc::clone(&self.recording);
        let written = tokio::task::spawn_blocking(move || {
            // A panic in the middle leaves a writer that refuses, and a file that can be read.
            let mut recording = recording.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut recording);
            match (recording.trouble(), recording.file()) {
                (Some(trouble), _) => (State::Waiting, trouble),
                (None, Some(file)) => (State::Working, format!("into {}", file.display())),
                (None, None) => (State::Working, String::new()),
            }
        });
        let (state, detail) = written.await.map_err(Failure::temporary)?;
        health.set(state, detail);
        Ok(())
    }
}

impl Component for Recorder {
    fn name(&self) -> String {
        SUBSCRIPTION.to_owned()
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let mut subscription = self.subscription.lock().await;
        context.health.set(State::Working, "");
        let mut flush = tokio::time::interval(self.flush_interval);
        flush.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut is_open = true;
        while is_open {
            let mut deliveries: Vec<Delivery> = Vec::new();
            let mut is_time_to_flush = false;
            is_open = tokio::select! {
                open = subscription.receive(&mut deliveries, BATCH) => open,
                _ = flush.tick() => {
                    is_time_to_flush = true;
                    true
                }
                () = context.shutdown.cancelled() => false,
            };
            self.write(&context.health, move |recording| {
                recording.take(&mut deliveries);
                if is_time_to_flush {
                    recording.flush();
                }
            })
            .await?;
        }
        self.write(&context.health, Recording::finish).await
    }
}
