//! Keeps the view up to date with the bus.

use peer_observer_bus::{Delivery, Subscription, SubscriptionOptions};
use peer_observer_event::{Event, Kind, KindSet, Payload};

use crate::app::App;

/// Events that are folded under one lock: less than a millisecond.
const BATCH: usize = 512;

/// What the view is made from. The UTXO cache is not shown, and has more events
/// than everything else together.
pub(crate) fn subscription() -> SubscriptionOptions {
    SubscriptionOptions::new("web").kinds(KindSet::ALL.without(Kind::Utxocache))
}

/// Folds events until shutdown.
pub(crate) async fn follow(app: &App, mut subscription: Subscription) {
    let mut deliveries = Vec::with_capacity(BATCH);
    loop {
        let open = tokio::select! {
            open = subscription.receive(&mut deliveries, BATCH) => open,
            () = app.shutdown.cancelled() => return,
        };
        if !open {
            // The bus has ended; what was seen can still be looked at.
            return app.shutdown.cancelled().await;
        }
        fold(app, &deliveries);
        let ticked = deliveries.iter().any(|delivery| match delivery {
            Delivery::Event(event) => is_tick(event),
            Delivery::Missed(_) => false,
        });
        deliveries.clear();
        if ticked {
            app.publish_snapshot();
        }
    }
}

fn fold(app: &App, deliveries: &[Delivery]) {
    let mut view = app.view();
    for delivery in deliveries {
        match delivery {
            Delivery::Event(event) => view.apply(event),
            Delivery::Missed(count) => view.missed(*count),
        }
    }
}

fn is_tick(event: &Event) -> bool {
    matches!(event.payload, Some(Payload::Tick(_)))
}
