//! The bus in process.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use peer_observer_event::{Event, Extractor, HopCount};

use crate::accounting::Hop;
use crate::bus_clock::BusClock;
use crate::publisher::Publisher;
use crate::queue::{Outgoing, Pressure, Queue};
use crate::runs::Runs;
use crate::subscription::{Subscription, SubscriptionOptions};

/// The bus. Clones are the same bus.
#[derive(Clone)]
pub struct Bus(Arc<Shared>);

struct Shared {
    /// The publish lock: who holds it gives events their place.
    order: Mutex<Order>,
    /// Hops that someone asked for; subscriptions of one name share theirs.
    hops: Mutex<Vec<Hop>>,
    runs: Mutex<Runs>,
    /// The latest instances of publishers of this bus.
    instances: Mutex<VecDeque<u64>>,
}

/// Instances of which the bus knows that they are its own. Only the events of
/// those that still are on their way matter.
const MOST_INSTANCES: usize = 1024;

#[derive(Default)]
struct Order {
    sequence: u64,
    clock: BusClock,
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
            instances: Mutex::default(),
        }))
    }

    /// A bus inside this process on which a recording is played: its time is the
    /// recording's, for those too that publish beside it: their events have the
    /// place of the recorded one before them.
    pub fn of_recording() -> Bus {
        let bus = Bus::in_process();
        lock(&bus.0.order).clock = BusClock::replayed();
        bus
    }

    /// A new instance of an extractor that publishes events about `node`.
    pub fn publisher(&self, node: &str, extractor: Extractor) -> Publisher {
        let publisher = Publisher::new(self.clone(), node, extractor);
        let mut instances = lock(&self.0.instances);
        if instances.len() == MOST_INSTANCES {
            instances.pop_front();
        }
        instances.push_back(publisher.instance());
        publisher
    }

    /// Is this the instance of a publisher of this bus? The events of all
    /// others came from elsewhere.
    pub fn has_made(&self, instance: u64) -> bool {
        let instances = lock(&self.0.instances);
        // The latest ones are asked for most.
        instances.iter().rev().any(|known| *known == instance)
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

    /// Deliveries that wait in subscriptions for which a replay waits.
    pub fn waiting_for_tools(&self) -> usize {
        let order = lock(&self.0.order);
        let queues = order.queues.iter().filter_map(Weak::upgrade);
        queues
            .filter(|queue| queue.is_waited_for())
            .map(|queue| queue.depth())
            .sum()
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
    pub fn forward<E: Into<Arc<Event>>>(&self, events: &mut Vec<(E, usize)>) {
        let mut runs = lock(&self.0.runs);
        let batch = events.drain(..).map(|(event, bulk_bytes)| {
            let mut event = event.into();
            // Copied where somebody else holds it too.
            let own = Arc::make_mut(&mut event);
            own.run = own.run.map(|start| runs.adopt(&own.node, start, None));
            Outgoing::new(event, bulk_bytes)
        });
        let mut batch: Vec<Outgoing> = batch.collect();
        drop(runs);
        self.deliver(&mut batch);
    }

    /// Tells all subscriptions that events which another process made have not
    /// come here, at the place between those that came before and after them.
    /// Nobody knows which subscription would have wanted them.
    pub fn missed(&self, events: u64) {
        if events == 0 {
            return;
        }
        let order = lock(&self.0.order);
        let queues = order.queues.iter().filter_map(Weak::upgrade);
        queues.for_each(|queue| queue.missed(events));
    }

    /// Gives the events their place and hands them out. `batch` comes with
    /// everything but `bus_sequence` and `bus_time_ns`.
    pub(crate) fn deliver(&self, batch: &mut [Outgoing]) {
        if batch.is_empty() {
            return;
        }
        let mut order = lock(&self.0.order);
        let time_ns = order.clock.now_ns();
        // What is made beside a recording must not move the places in it.
        let step = u64::from(!order.clock.is_replayed());
        for outgoing in batch.iter_mut() {
            order.sequence += step;
            // Nobody else holds it yet.
            let event = Arc::make_mut(&mut outgoing.event);
            event.bus_sequence = order.sequence;
            event.bus_time_ns = time_ns;
        }
        order.hand_out(batch, Pressure::Drops);
    }

    /// Publishes events that a recording brings: their place on the bus is the
    /// one they had. Where two recordings meet, sequence and time never go back
    /// all the same. With each event goes the memory of its body, as in
    /// [`Draft`](crate::Draft). Empties the vector.
    ///
    /// Waits until every subscription has room, so nothing is reduced or
    /// dropped; those that say they need not be waited for
    /// ([`SubscriptionOptions::lossy`]) lose events as on a live bus. For a bus
    /// made by [`Bus::of_recording`].
    pub async fn replay(&self, events: &mut Vec<(Arc<Event>, usize)>) {
        let bulk_bytes = events.iter().map(|(_, bytes)| bytes).sum();
        let queues: Vec<Arc<Queue>> = {
            let order = lock(&self.0.order);
            order.queues.iter().filter_map(Weak::upgrade).collect()
        };
        for queue in &queues {
            queue.wait_for_room(events.len(), bulk_bytes).await;
        }
        // What was held here must not keep a queue whose subscriber has gone.
        drop(queues);
        let mut order = lock(&self.0.order);
        let batch = events.drain(..).map(|(mut event, bulk_bytes)| {
            let place = (event.bus_sequence, event.bus_time_ns);
            order.sequence = place.0.max(order.sequence + 1);
            let time_ns = order.clock.not_before(place.1);
            if place != (order.sequence, time_ns) {
                // Copied where somebody else holds it too.
                let event = Arc::make_mut(&mut event);
                (event.bus_sequence, event.bus_time_ns) = (order.sequence, time_ns);
            }
            Outgoing::new(event, bulk_bytes)
        });
        let mut batch: Vec<Outgoing> = batch.collect();
        order.hand_out(&mut batch, Pressure::Waited);
    }
}

impl Order {
    fn hand_out(&mut self, batch: &mut [Outgoing], pressure: Pressure) {
        let mut gone = false;
        for queue in &self.queues {
            match queue.upgrade() {
                Some(queue) => queue.push(batch, pressure),
                None => gone = true,
            }
        }
        if gone {
            self.queues.retain(|queue| queue.strong_count() > 0);
        }
    }
}
