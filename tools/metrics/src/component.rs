//! The component: receives from the bus, folds.

use std::sync::{Arc, Mutex, PoisonError};

use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions};
use peer_observer_component::{Component, Context, Exposition, Failure, State};
use peer_observer_event::RpcField;
use tokio::sync;

use crate::catalogue::Catalogue;
use crate::fold::Fold;
use crate::scrape::Scrape;

/// Deliveries taken from the queue at once.
const BATCH: usize = 4096;

/// Turns the events of a bus into metrics.
pub struct Metrics {
    /// Outlives a run: counters go on where they were when the component is started again.
    fold: Mutex<Fold>,
    scrape: Arc<Scrape>,
    subscription: sync::Mutex<Subscription>,
}

impl Metrics {
    /// Metrics of what passes `bus` from now on, and of the bus itself. Events
    /// wait until the component runs: what extractors say when they start is not missed.
    pub fn new(bus: Bus) -> Metrics {
        Metrics::with_extra_gauges(bus, Vec::new())
    }

    /// As [`Metrics::new`], and metrics of fields of RPC replies that the
    /// schema does not have. Each field adds a few series to a node.
    pub fn with_extra_gauges(bus: Bus, extra_gauges: Vec<RpcField>) -> Metrics {
        let subscription = bus.subscribe(SubscriptionOptions::new("metrics"));
        let mut catalogue = Catalogue::new();
        let fold = Fold::new(&mut catalogue, extra_gauges);
        let scrape = Scrape::new(bus, catalogue, fold.hop_families());
        Metrics {
            fold: Mutex::new(fold),
            scrape: Arc::new(scrape),
            subscription: sync::Mutex::new(subscription),
        }
    }

    /// The metrics for whoever serves them, as OpenMetrics text.
    pub fn exposition(&self) -> Arc<dyn Exposition> {
        Arc::<Scrape>::clone(&self.scrape)
    }

    fn fold(&self, batch: &mut Vec<Delivery>) {
        // A panic halfway loses at most one event from the counters.
        let mut fold = self.fold.lock().unwrap_or_else(PoisonError::into_inner);
        for delivery in batch.drain(..) {
            match delivery {
                Delivery::Event(event) => fold.event(&event),
                Delivery::Missed(count) => fold.missed(count),
            }
        }
    }
}

impl Component for Metrics {
    fn name(&self) -> String {
        "metrics".to_owned()
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let mut subscription = self.subscription.lock().await;
        context.health.set(State::Working, "");
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let open = tokio::select! {
                open = subscription.receive(&mut batch, BATCH) => open,
                () = context.shutdown.cancelled() => return Ok(()),
            };
            let was_full = batch.len() == BATCH;
            self.fold(&mut batch);
            if !open {
                return Ok(());
            }
            if was_full {
                // More is waiting, so receiving will not wait: others get their turn here.
                tokio::task::yield_now().await;
            }
        }
    }
}
