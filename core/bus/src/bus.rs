//! The bus in process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use peer_observer_event::{Event, Extractor, HopCount};

use crate::accounting::Hop;
use crate::publisher::Publisher;
use crate::queue::{Outgoing, Queue};
use crate::runs::Runs;
use crate::subscription::{Subscription, SubscriptionOptions};
use crate::wall_clock_ns;

/// The bus. Clones are the same bus.
#[derive(Clone)]
pub struct Bus(Arc<Shared>);

struct Shared {
    /// The publish lock: who holds it gives events their place.
    order: Mutex<Order>,
    /// Hops that someone asked for; subscriptions of one name share theirs.
    hops: Mutex<Vec<Hop>>,
    runs: Mutex<Runs>,
}

#[derive(Default)]
struct Order {
    sequence: u64,
    time_ns: u64,
    queues: Vec<Weak<Queue>>,
    closed: bool,
}

/// One name's subscriptions, for health and metrics.
#[derive(Clone, Debug)]
pub struct SubscriptionStatus {
    /// Name of the subscription.
    pub name: String,
    /// Open subscriptions of this name.
    pub open: usize,
    /// Deliveries that wait in them.
    pub depth: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic under one of these locks can at worst have skipped a delivery; the
    // data stays valid, and a bus that stops for good would be worse.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bus {
    /// A bus inside this process: an event is made once and shared, never serialized.
    pub fn in_process() -> Bus {
        Bus(Arc::new(Shared {
            order: Mutex::default(),
            hops: Mutex::default(),
            runs: Mutex::default(),
        }))
    }

    /// A new instance of an extractor that publishes events about `node`.
    pub fn publisher(&self, node: &str, extractor: Extractor) -> Publisher {
        Publisher::new(self.clone(), node, extractor)
    }

    /// Receives every event of the wanted kinds from now on.
    pub fn subscribe(&self, options: SubscriptionOptions) -> Subscription {
        let hop = self.hop("subscription", &options.name);
        let queue = Arc::new(Queue::new(options, hop));
        let mut order = lock(&self.0.order);
        if order.closed {
            queue.close();
        }
        order.queues.push(Arc::downgrade(&queue));
        Subscription { queue }
    }

    /// The counters of a hop; the same ones for the same names.
    pub fn hop(&self, hop: &str, part: &str) -> Hop {
        let mut hops = lock(&self.0.hops);
        if let Some(known) = hops.iter().find(|known| known.is(hop, part)) {
            return known.clone();
        }
        let new = Hop::new(hop, part);
        hops.push(new.clone());
        new
    }

    /// All hops counted in this process, subscriptions included.
    pub fn hops(&self) -> Vec<HopCount> {
        lock(&self.0.hops).iter().map(Hop::count).collect()
    }

    /// The open subscriptions, by name.
    pub fn subscriptions(&self) -> Vec<SubscriptionStatus> {
        let mut all: Vec<SubscriptionStatus> = Vec::new();
        for queue in lock(&self.0.order).queues.iter().filter_map(Weak::upgrade) {
            let depth = queue.depth();
            match all.iter_mut().find(|status| status.name == queue.name()) {
                Some(status) => {
                    status.open += 1;
                    status.depth += depth;
                }
                None => all.push(SubscriptionStatus {
                    name: queue.name().to_owned(),
                    open: 1,
                    depth,
                }),
            }
        }
        all
    }

    /// The run of `node` that everybody uses for a life that began at `start`
    /// (seconds since the epoch) in a process that started at `process` (on the
    /// host's boot clock, in ticks), where that is known.
    pub fn adopt_run(&self, node: &str, start: u64, process: Option<u64>) -> u64 {
        lock(&self.0.runs).adopt(node, start, process)
    }

    /// Ends all subscriptions once they have received what was published.
    pub fn close(&self) {
        let mut order = lock(&self.0.order);
        order.closed = true;
        order
            .queues
            .iter()
            .filter_map(Weak::upgrade)
            .for_each(|queue| queue.close());
    }

    /// Takes events that an extractor in another process made: who, where and
    /// when stay as they are, the place on this bus is new. With each event
    /// goes the memory of its body, as in [`Draft`](crate::Draft). Empties the vector.
    pub fn forward(&self, events: &mut Vec<(Event, usize)>) {
        for (event, _) in events.iter_mut() {
            event.run = event
                .run
                .map(|start| self.adopt_run(&event.node, start, None));
        }
        self.deliver(events.drain(..));
    }

    /// Gives the events their place and hands them out. `events` come with
    /// everything but `bus_sequence` and `bus_time_ns`.
    pub(crate) fn deliver(&self, events: impl ExactSizeIterator<Item = (Event, usize)>) {
        if events.len() == 0 {
            return;
        }
        let mut order = lock(&self.0.order);
        order.time_ns = order.time_ns.max(wall_clock_ns());
        let mut batch = Vec::with_capacity(events.len());
        for (mut event, bulk_bytes) in events {
            order.sequence += 1;
            event.bus_sequence = order.sequence;
            event.bus_time_ns = order.time_ns;
            let kind = event.kind();
            batch.push(Outgoing {
                event: Arc::new(event),
                kind,
                bulk_bytes,
                reduced: None,
            });
        }
        let mut gone = false;
        for queue in &order.queues {
            match queue.upgrade() {
                Some(queue) => queue.push(&mut batch),
                None => gone = true,
            }
        }
        if gone {
            order.queues.retain(|queue| queue.strong_count() > 0);
        }
        // The events themselves are released outside the publish lock.
        drop(order);
    }
}
