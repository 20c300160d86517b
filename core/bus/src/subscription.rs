//! Subscribing.

use std::sync::Arc;

use peer_observer_event::KindSet;

use crate::queue::{Delivery, Queue};

/// What a subscription wants and how much may wait for it.
#[derive(Clone, Debug)]
pub struct SubscriptionOptions {
    /// Name in the accounting. Subscriptions of the same name are counted together.
    pub name: String,
    /// Kinds to deliver. Finer filters work behind this: they could not tell a
    /// hole in `kind_sequence` from an event that they did not want.
    pub kinds: KindSet,
    /// Events that may wait; more are dropped and counted.
    pub queue_events: usize,
    /// Memory that the bodies of waiting events may hold, in bytes; beyond it
    /// events are reduced, large ones that cannot be are dropped, both counted.
    /// One event that cannot be reduced may go beyond it.
    pub queue_bytes: usize,
    /// A replay does not wait for this subscription: it loses events instead, as
    /// on a live bus. For readers that may stand still, such as browsers.
    pub lossy: bool,
}

impl SubscriptionOptions {
    /// All kinds, with room for 65,536 events and 16 MiB of bodies.
    pub fn new(name: impl Into<String>) -> SubscriptionOptions {
        SubscriptionOptions {
            name: name.into(),
            kinds: KindSet::ALL,
            queue_events: 65_536,
            queue_bytes: 16 << 20,
            lossy: false,
        }
    }

    /// The same for `kinds` alone.
    pub fn kinds(self, kinds: KindSet) -> SubscriptionOptions {
        SubscriptionOptions { kinds, ..self }
    }

    /// The same with room for so much alone.
    pub fn queue(self, events: usize, bytes: usize) -> SubscriptionOptions {
        SubscriptionOptions {
            queue_events: events,
            queue_bytes: bytes,
            ..self
        }
    }

    /// The same, and a replay does not wait for it.
    pub fn lossy(self) -> SubscriptionOptions {
        SubscriptionOptions {
            lossy: true,
            ..self
        }
    }
}

/// The receiving end. Dropping it unsubscribes.
pub struct Subscription {
    pub(crate) queue: Arc<Queue>,
}

impl Subscription {
    /// Waits until something is there, then moves up to `most` deliveries to
    /// the end of `into`. `false` when the bus is closed and all is delivered.
    /// Dropping the future loses nothing.
    pub async fn receive(&mut self, into: &mut Vec<Delivery>, most: usize) -> bool {
        self.queue.receive(into, most).await
    }

    /// Receives these kinds from now on instead. What waits already stays; with
    /// no kinds nothing new comes in, and what waits can be taken out to the last.
    pub fn set_kinds(&mut self, kinds: KindSet) {
        self.queue.set_kinds(kinds);
    }

    /// Deliveries that wait.
    pub fn depth(&self) -> usize {
        self.queue.depth()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.queue.leave();
    }
}
