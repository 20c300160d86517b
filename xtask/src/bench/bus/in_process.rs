//! Our bus within one process.

use std::thread;

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use peer_observer_bus::{
    Bus, Delivery, Draft, Publisher, Subscription, SubscriptionOptions, monotonic_ns, wall_clock_ns,
};
use peer_observer_event::Extractor;

use super::pace::{BATCH, Pace, Turn};
use super::part::{Job, Report, Stopwatch};
use super::ping;
use super::progress::{Received, Told};
use super::tally::Tally;

/// Publishes in a thread of its own and receives in tasks.
pub(super) async fn run(job: &Job, subscribers: usize) -> Result<Report> {
    let bus = Bus::in_process();
    let mut received = Vec::new();
    let mut receiving = Vec::new();
    for number in 0..subscribers {
        let subscription = bus.subscribe(SubscriptionOptions::new(format!("bench{number}")));
        let progress = Received::default();
        let tally = Tally::new(job, Told::Inside(progress.clone()))?;
        received.push(progress);
        receiving.push(tokio::spawn(receive(subscription, tally)));
    }
    let watch = Stopwatch::start();
    let publishing = publish_in_a_thread(&bus, job, received);
    let tallies = try_join_all(receiving).await.context("a task panicked")?;
    publishing.join().ok().context("the publisher panicked")?;
    let mut delays_ns = Vec::new();
    for tally in tallies {
        delays_ns.extend(tally?.into_delays_ns());
    }
    watch.both(delays_ns)
}

/// Receives until all has come.
pub(super) async fn receive(mut subscription: Subscription, mut tally: Tally) -> Result<Tally> {
    let mut deliveries = Vec::with_capacity(BATCH);
    while !tally.is_complete() {
        subscription.receive(&mut deliveries, BATCH).await;
        let mut missed = 0;
        let published_ns = deliveries.drain(..).filter_map(|delivery| match delivery {
            Delivery::Event(event) => event.monotonic_ns,
            Delivery::Missed(count) => {
                missed += count;
                None
            }
        });
        tally.take(published_ns)?;
        anyhow::ensure!(missed == 0, "{missed} events did not fit into the queue");
    }
    Ok(tally)
}

/// Publishes as an extractor does that reads a ring: in a thread of its own.
/// Nobody is further ahead of any subscriber than [`Pace`] allows.
pub(super) fn publish_in_a_thread(
    bus: &Bus,
    job: &Job,
    received: Vec<Received>,
) -> thread::JoinHandle<()> {
    let mut publisher = bus.publisher(ping::NODE, Extractor::Ebpf);
    publisher.set_run(Some(wall_clock_ns() / 1_000_000_000));
    let mut pace = Pace::new(job, received);
    let one_by_one = job.way.one_by_one;
    thread::spawn(move || {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            match pace.turn() {
                Turn::Publish(numbers) => publish(&mut publisher, numbers, one_by_one, &mut batch),
                Turn::Wait(pause) => thread::sleep(pause),
                Turn::Done => return,
            }
        }
    })
}

fn publish(
    publisher: &mut Publisher,
    numbers: std::ops::Range<u64>,
    one_by_one: bool,
    batch: &mut Vec<Draft>,
) {
    let time_ns = wall_clock_ns();
    if one_by_one {
        for number in numbers {
            publisher.publish(ping::draft(number, time_ns, monotonic_ns()));
        }
    } else {
        let monotonic_ns = monotonic_ns();
        batch.extend(numbers.map(|number| ping::draft(number, time_ns, monotonic_ns)));
        publisher.publish_all(batch);
    }
}
