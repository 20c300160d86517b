//! Our links: what each process of peer-observer has, a bus and a link with the server.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use peer_observer_bus::{Bus, SubscriptionOptions, dropped};
use peer_observer_component::{CancellationToken, Component, Context, HealthRegistry, State};
use peer_observer_event::{Kind, KindSet};
use peer_observer_nats::{Downlink, Durable, Following, Mode, NatsSettings, Uplink, Wanted};

use super::in_process::{publish_in_a_thread, receive};
use super::part::{Job, Report, Stopwatch};
use super::progress::{Received, Told};
use super::tally::Tally;

/// What the stream may take of the server's disk, in bytes.
pub(super) const STREAM_BYTES: u64 = 768 << 20;

/// How often is looked whether something has happened.
const LOOK: Duration = Duration::from_millis(5);

/// Publishes to a bus whose uplink sends it all, and waits until that is confirmed.
pub(super) async fn publish(job: &Job) -> Result<Report> {
    let bus = Bus::in_process();
    let uplink = Uplink::new(&bus, settings(job));
    start(&bus, uplink).await?;
    let hop = bus.hop("nats_publish", "");
    let watch = Stopwatch::start();
    publish_in_a_thread(&bus, job, vec![Received::from_input()]);
    let count = loop {
        let count = hop.count();
        if count.attempted >= job.events {
            break count;
        }
        tokio::time::sleep(LOOK).await;
    };
    ensure!(dropped(&count) == 0, "events were lost: {count:?}");
    watch.published()
}

/// Receives all from a bus that a downlink fills.
pub(super) async fn subscribe(job: &Job) -> Result<Report> {
    let (bus, following) = match job.way.is_stored() {
        true => (Bus::of_recording(), Following::Durable(durable())),
        false => (Bus::in_process(), Following::Live),
    };
    let kinds = KindSet::NONE.with(Kind::P2pMessage);
    let subscription = bus.subscribe(SubscriptionOptions::new("bench").kinds(kinds));
    let downlink = Downlink::new(&bus, settings(job), Wanted::all(), following);
    start(&bus, downlink).await?;
    let watch = Stopwatch::start();
    let tally = receive(subscription, Tally::new(job, Told::Output)?).await?;
    watch.received(tally.into_delays_ns())
}

fn durable() -> Durable {
    Durable {
        name: "bench".to_owned(),
        after: None,
    }
}

fn settings(job: &Job) -> Arc<NatsSettings> {
    let settings = NatsSettings::new(job.server.as_str());
    Arc::new(match job.way.is_stored() {
        false => settings,
        true => {
            let mut settings = settings.jetstream();
            if let Mode::JetStream(stream) = &mut settings.mode {
                stream.max_bytes = STREAM_BYTES;
            }
            settings
        }
    })
}

/// Starts the link and waits until it works.
async fn start(bus: &Bus, link: impl Component) -> Result<()> {
    let health = HealthRegistry::default();
    let context = Context {
        bus: bus.clone(),
        shutdown: CancellationToken::new(),
        health: health.handle(&link.name()),
    };
    let name = link.name();
    let running = tokio::spawn(async move { link.run(context).await });
    loop {
        let all = health.all();
        let health = all.get(&name).context("the link has no health")?;
        match health.state {
            State::Working => return Ok(()),
            State::Starting => tokio::time::sleep(LOOK).await,
            _ => anyhow::bail!("{name}: {}", health.detail),
        }
        ensure!(!running.is_finished(), "{name} has ended");
    }
}
