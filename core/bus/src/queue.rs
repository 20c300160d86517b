//! The bounded queue of one subscription.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use peer_observer_event::{CutReason, Event, Kind, KindSet};
use tokio::sync::Notify;

use crate::accounting::Hop;
use crate::subscription::SubscriptionOptions;

/// What a subscriber receives.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// An event, shared with all other subscribers.
    Event(Arc<Event>),
    /// At this place, so many events did not fit into this subscription's queue.
    Missed(u64),
}

/// An event that holds at most so many bytes and cannot be reduced is bounded
/// by the number of events alone: dropping it would hardly make room.
const SMALL_BYTES: usize = 1024;

/// A replay has no bursts that must be held, and is fastest while what waits
/// still is in the processor's cache.
const REPLAYED_EVENTS: usize = 4096;

/// Notices go into a full queue too, up to this many.
const NOTICES_BEYOND_FULL: usize = 1024;

/// What happens where a queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pressure {
    /// Events are reduced, then dropped.
    Drops,
    /// Somebody has waited until there was room.
    Waited,
}

pub(crate) struct Queue {
    options: SubscriptionOptions,
    hop: Hop,
    inner: Mutex<Inner>,
    filled: Notify,
    /// Told when deliveries were taken out, or nobody takes them any more.
    drained: Notify,
}

struct Inner {
    /// Kinds to queue from now on.
    kinds: KindSet,
    deliveries: VecDeque<Waiting>,
    /// Memory held by the bodies of the queued events, in bytes.
    bulk_bytes: usize,
    closed: bool,
    /// Nobody receives any more.
    left: bool,
}

struct Waiting {
    delivery: Delivery,
    /// Its part of [`Inner::bulk_bytes`].
    bulk_bytes: usize,
}

/// An event on its way into the queues.
pub(crate) struct Outgoing {
    pub(crate) event: Arc<Event>,
    pub(crate) kind: Kind,
    pub(crate) bulk_bytes: usize,
    /// Made when the first queue wants it: the event without its bulk.
    pub(crate) reduced: Option<Arc<Event>>,
}

impl Outgoing {
    pub(crate) fn new(event: Arc<Event>, bulk_bytes: usize) -> Outgoing {
        Outgoing {
            kind: event.kind(),
            event,
            bulk_bytes,
            reduced: None,
        }
    }
}

#[derive(Default)]
struct Outcome {
    whole: u64,
    reduced: u64,
    dropped: u64,
}

impl Queue {
    pub(crate) fn new(options: SubscriptionOptions, hop: Hop) -> Queue {
        let inner = Inner {
            kinds: options.kinds,
            deliveries: VecDeque::new(),
            bulk_bytes: 0,
            closed: false,
            left: false,
        };
        Queue {
            options,
            hop,
            inner: Mutex::new(inner),
            filled: Notify::new(),
            drained: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing under this lock leaves the queue in a half-done state when it panics.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn name(&self) -> &str {
        &self.options.name
    }

    /// Does a replay wait for this one?
    pub(crate) fn is_waited_for(&self) -> bool {
        !self.options.lossy
    }

    /// Queues what this subscription wants of the batch, wakes it once.
    pub(crate) fn push(&self, batch: &mut [Outgoing], pressure: Pressure) {
        let mut outcome = Outcome::default();
        let mut inner = self.lock();
        let was_empty = inner.deliveries.is_empty();
        let kinds = inner.kinds;
        let waited = pressure == Pressure::Waited && !self.options.lossy;
        for outgoing in batch.iter_mut().filter(|event| kinds.contains(event.kind)) {
            match waited {
                true => inner.push_whole(outgoing, &mut outcome),
                false => inner.push(&self.options, outgoing, &mut outcome),
            }
        }
        drop(inner);
        let Outcome {
            whole,
            reduced,
            dropped,
        } = outcome;
        if whole + reduced + dropped > 0 {
            self.hop.add(whole, reduced, &[("queue_full", dropped)]);
            // Who finds something looks again before waiting.
            if was_empty {
                self.filled.notify_one();
            }
        }
    }

    /// Tells that so many events have not come here.
    pub(crate) fn missed(&self, events: u64) {
        self.lock().push_missed(events);
        self.filled.notify_one();
    }

    /// Moves up to `most` deliveries to the end of `into`; `false` when the bus
    /// is closed and all is delivered.
    pub(crate) async fn receive(&self, into: &mut Vec<Delivery>, most: usize) -> bool {
        loop {
            if let Some(open) = self.try_receive(into, most) {
                return open;
            }
            self.filled.notified().await;
        }
    }

    /// Waits until so many events with so much memory fit; they always fit into
    /// an empty queue. Returns at once where nobody has to be waited for.
    pub(crate) async fn wait_for_room(&self, events: usize, bulk_bytes: usize) {
        loop {
            let drained = self.drained.notified();
            {
                let inner = self.lock();
                let most = self.options.queue_events.min(REPLAYED_EVENTS);
                let fits = inner.deliveries.len() + events <= most
                    && inner.bulk_bytes + bulk_bytes <= self.options.queue_bytes;
                if fits || inner.deliveries.is_empty() || inner.left || self.options.lossy {
                    return;
                }
            }
            drained.await;
        }
    }

    /// Nobody receives any more.
    pub(crate) fn leave(&self) {
        self.lock().left = true;
        self.drained.notify_one();
    }

    /// As [`Queue::receive`]; `None` where there is nothing yet.
    pub(crate) fn try_receive(&self, into: &mut Vec<Delivery>, most: usize) -> Option<bool> {
        let mut inner = self.lock();
        if inner.deliveries.is_empty() {
            return inner.closed.then_some(false);
        }
        let count = most.min(inner.deliveries.len());
        let mut taken_bytes = 0;
        into.extend(inner.deliveries.drain(..count).map(|waiting| {
            taken_bytes += waiting.bulk_bytes;
            waiting.delivery
        }));
        inner.bulk_bytes -= taken_bytes;
        if inner.deliveries.is_empty() {
            // One burst must not hold its memory for ever.
            inner.deliveries.shrink_to(1024);
        }
        drop(inner);
        self.drained.notify_one();
        Some(true)
    }

    pub(crate) fn depth(&self) -> usize {
        self.lock().deliveries.len()
    }

    pub(crate) fn set_kinds(&self, kinds: KindSet) {
        self.lock().kinds = kinds;
    }

    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_one();
    }
}

impl Inner {
    fn push(
        &mut self,
        options: &SubscriptionOptions,
        outgoing: &mut Outgoing,
        outcome: &mut Outcome,
    ) {
        let room = match outgoing.kind {
            Kind::Notice => options.queue_events + NOTICES_BEYOND_FULL,
            _ => options.queue_events,
        };
        if self.deliveries.len() >= room {
            outcome.dropped += 1;
            self.push_missed(1);
            return;
        }
        if outgoing.bulk_bytes > 0 && self.bulk_bytes + outgoing.bulk_bytes > options.queue_bytes {
            if outgoing.reduced.is_none() {
                outgoing.reduced = outgoing
                    .event
                    .reduced(CutReason::Subscription)
                    .map(Arc::new);
            }
            if let Some(reduced) = &outgoing.reduced {
                outcome.reduced += 1;
                let reduced = Delivery::Event(Arc::clone(reduced));
                self.push_back(reduced, 0);
                return;
            }
            // One may go beyond the budget: a reply as large as getrawaddrman's would
            // else arrive only where nothing else waits.
            if outgoing.bulk_bytes > SMALL_BYTES && self.bulk_bytes > options.queue_bytes {
                outcome.dropped += 1;
                self.push_missed(1);
                return;
            }
        }
        self.push_whole(outgoing, outcome);
    }

    fn push_whole(&mut self, outgoing: &Outgoing, outcome: &mut Outcome) {
        outcome.whole += 1;
        let event = Delivery::Event(Arc::clone(&outgoing.event));
        self.push_back(event, outgoing.bulk_bytes);
    }

    fn push_missed(&mut self, events: u64) {
        match self.deliveries.back_mut() {
            Some(Waiting {
                delivery: Delivery::Missed(count),
                ..
            }) => *count += events,
            _ => self.push_back(Delivery::Missed(events), 0),
        }
    }

    fn push_back(&mut self, delivery: Delivery, bulk_bytes: usize) {
        self.bulk_bytes += bulk_bytes;
        self.deliveries.push_back(Waiting {
            delivery,
            bulk_bytes,
        });
    }
}
