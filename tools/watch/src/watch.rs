//! The tool: prints what a subscription brings.

use std::io::Write;
use std::sync::{Arc, Mutex as BlockingMutex, PoisonError};

use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions};
use peer_observer_component::{Component, Context, Failure, State};
use tokio::sync::Mutex;

use crate::{Output, Settings, Step, WriteError};

/// Name of the subscription in the accounting.
pub const SUBSCRIPTION: &str = "watch";

/// Deliveries per write.
const BATCH: usize = 1024;

/// Prints the events of a bus until it is closed, enough has been printed or
/// the reader goes away. In the last two cases it shuts down everything: who
/// started it wants nothing else.
pub struct Watch<W: Write> {
    // One life has both at a time; the next one goes on with them.
    subscription: Mutex<Subscription>,
    output: Arc<BlockingMutex<Output<W>>>,
}

impl<W: Write + Send + 'static> Watch<W> {
    /// Receives from now on, prints into `out` once it runs.
    pub fn new(bus: &Bus, settings: Settings, out: W) -> Watch<W> {
        let options = SubscriptionOptions::new(SUBSCRIPTION).kinds(settings.filter.kind_set());
        Watch {
            subscription: Mutex::new(bus.subscribe(options)),
            output: Arc::new(BlockingMutex::new(Output::new(settings, out))),
        }
    }

    /// Calls `write` where it may block: `out` is read by somebody else, at any speed.
    async fn blocking<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Output<W>) -> Result<T, WriteError> + Send + 'static,
    ) -> Result<T, Failure> {
        let output = Arc::clone(&self.output);
        let written = tokio::task::spawn_blocking(move || {
            // After a panic the output lacks an event at worst.
            write(&mut output.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match written.await {
            Ok(written) => written.map_err(|error| Failure::CannotWork {
                what: error.to_string(),
                remedy: "look at where its output goes".to_owned(),
            }),
            Err(bug) => Err(Failure::temporary(bug)),
        }
    }
}

impl<W: Write + Send + 'static> Component for Watch<W> {
    fn name(&self) -> String {
        SUBSCRIPTION.to_owned()
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let mut subscription = self.subscription.lock().await;
        context.health.set(State::Working, "");
        let mut step = Step::GoOn;
        while step == Step::GoOn {
            let mut deliveries = Vec::new();
            let open = tokio::select! {
                open = subscription.receive(&mut deliveries, BATCH) => open,
                () = context.shutdown.cancelled() => false,
            };
            if !open {
                break;
            }
            step = self.blocking(|output| print(output, deliveries)).await?;
        }
        self.blocking(Output::finish).await?;
        if step == Step::End {
            context.shutdown.cancel();
        }
        Ok(())
    }
}

fn print<W: Write>(output: &mut Output<W>, deliveries: Vec<Delivery>) -> Result<Step, WriteError> {
    for delivery in deliveries {
        let step = match delivery {
            Delivery::Event(event) => output.event(&event)?,
            Delivery::Missed(count) => output.missed(count)?,
        };
        if step == Step::End {
            return Ok(step);
        }
    }
    output.flush()
}
