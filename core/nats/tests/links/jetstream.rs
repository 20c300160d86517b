//! With JetStream: nothing is lost, nothing is doubled.

use peer_observer_bus::{Delivery, SubscriptionOptions};
use peer_observer_event::{Event, Kind, KindSet};
use peer_observer_nats::{NatsSettings, Place};
use testkit::NatsServer;

use crate::process::{Observer, Reader, balance};

/// What a tool keeps of an event: its place in the stream, and which one it is.
fn kept(event: &Event) -> (Place, u64) {
    let place = Place {
        sequence: event.bus_sequence,
        time_ns: event.bus_time_ns,
    };
    (place, event.sequence)
}

#[tokio::test]
async fn neither_the_servers_nor_the_tools_death_loses_or_doubles_an_event() {
    const ROUNDS: u64 = 6;
    const EVENTS: u64 = 2_000;
    let mut server = NatsServer::builder().jetstream().start().await.unwrap();
    let mut settings = NatsSettings::new(server.url()).jetstream();
    limit(&mut settings);
    let mut observer = Observer::start(&settings);
    let mut reader = Reader::start(&settings, None);
    // What the tool has stored: it knows how far it is.
    let mut stored = Vec::new();
    for round in 1..=ROUNDS {
        observer.publish(EVENTS as usize / 2);
        if round % 2 == 0 {
            server.kill().unwrap();
        }
        observer.publish(EVENTS as usize / 2);
        if round % 2 == 0 {
            server.start_again().await.unwrap();
        }
        // Half of the time the tool dies with events in its hands.
        let last = match round % 3 {
            0 => round * EVENTS,
            _ => round * EVENTS - 700,
        };
        let events = reader.read_to_at_least(last).await;
        stored.extend(events.iter().map(|event| kept(event)));
        drop(reader);
        let after = stored.last().map(|(place, _)| *place);
        reader = Reader::start(&settings, after);
    }
    let all = ROUNDS * EVENTS;
    observer.settled(all).await;
    assert_eq!(balance(&observer.hop()), (all, 0, 0));
    if stored.last().map(|(_, sequence)| *sequence) != Some(all) {
        let events = reader.read_to_at_least(all).await;
        stored.extend(events.iter().map(|event| kept(event)));
    }
    let sequences: Vec<u64> = stored.iter().map(|(_, sequence)| *sequence).collect();
    assert_eq!(sequences, (1..=all).collect::<Vec<_>>());
    assert!(stored.is_sorted_by_key(|(place, _)| place.sequence));
}

#[tokio::test]
async fn a_tool_that_has_less_than_it_acknowledged_gets_the_rest_again() {
    let server = NatsServer::builder().jetstream().start().await.unwrap();
    let mut settings = NatsSettings::new(server.url()).jetstream();
    limit(&mut settings);
    let mut observer = Observer::start(&settings);
    observer.publish(1_000);
    let mut reader = Reader::start(&settings, None);
    let events = reader.read_to(1_000).await;
    testkit::wait_for("the server knows", async || {
        acknowledged(&server.url()).await >= Some(1_000)
    })
    .await
    .unwrap();
    drop(reader);
    // Killed before the last ones were in its file.
    let (place, _) = kept(&events[599]);
    let mut reader = Reader::start(&settings, Some(place));
    let again = reader.read_to(1_000).await;
    assert_eq!(again.len(), 400);
}

#[tokio::test]
async fn time_passes_in_the_stream_once_for_all() {
    let server = NatsServer::builder().jetstream().start().await.unwrap();
    let mut settings = NatsSettings::new(server.url()).jetstream();
    limit(&mut settings);
    // Three processes publish ticks.
    let _observers = [Observer::start(&settings), Observer::start(&settings)];
    let reader = Reader::start(&settings, None);
    let options = SubscriptionOptions::new("ticks").kinds(KindSet::NONE.with(Kind::Tick));
    let mut ticks = reader.bus.subscribe(options);
    let mut deliveries = Vec::new();
    while deliveries.len() < 4 {
        ticks.receive(&mut deliveries, 1).await;
    }
    let seconds = deliveries.iter().map(|delivery| match delivery {
        Delivery::Event(event) => event.time_ns / 1_000_000_000,
        Delivery::Missed(count) => panic!("missed {count}"),
    });
    let seconds: Vec<u64> = seconds.collect();
    assert!(seconds.is_sorted_by(|one, next| one < next), "{seconds:?}");
    let tick = match &deliveries[0] {
        Delivery::Event(event) => event,
        Delivery::Missed(count) => panic!("missed {count}"),
    };
    assert_eq!((tick.node.as_str(), tick.kind()), ("", Kind::Tick));
    assert!(tick.bus_time_ns >= tick.time_ns, "on one host");
}

#[tokio::test]
async fn another_stream_of_the_same_name_is_read_from_its_beginning() {
    let mut server = NatsServer::builder().jetstream().start().await.unwrap();
    let mut settings = NatsSettings::new(server.url()).jetstream();
    limit(&mut settings);
    let mut observer = Observer::start(&settings);
    observer.publish(1_000);
    let mut reader = Reader::start(&settings, None);
    let events = reader.read_to(1_000).await;
    let last = kept(&events[999]).0;
    drop(reader);
    observer.settled(1_000).await;
    server.kill().unwrap();
    server.forget().unwrap();
    server.start_again().await.unwrap();
    observer.publish(2_000);
    let mut reader = Reader::start(&settings, Some(last));
    let events = reader.read_to(3_000).await;
    assert_eq!(events.len(), 2_000);
    // Underneath a reader that is there.
    observer.settled(3_000).await;
    let client = async_nats::connect(server.url()).await.unwrap();
    let context = async_nats::jetstream::new(client);
    context.delete_stream("peerobserver").await.unwrap();
    observer.publish(500);
    let events = reader.read_to(3_500).await;
    assert_eq!(events.len(), 500);
    let (_, _, lost) = balance(&observer.hop());
    assert_eq!(lost, 0);
}

#[tokio::test]
async fn what_left_the_stream_before_a_tool_came_back_is_counted() {
    let server = NatsServer::builder().jetstream().start().await.unwrap();
    let mut settings = NatsSettings::new(server.url()).jetstream();
    limit(&mut settings);
    let mut observer = Observer::start(&settings);
    observer.publish(100);
    let mut reader = Reader::start(&settings, None);
    let events = reader.read_to(100).await;
    let last = kept(&events[99]).0;
    drop(reader);
    observer.publish(500);
    observer.settled(600).await;
    let client = async_nats::connect(server.url()).await.unwrap();
    let context = async_nats::jetstream::new(client);
    let stream = context.get_stream("peerobserver").await.unwrap();
    stream.purge().keep(50).await.unwrap();
    let mut reader = Reader::start(&settings, Some(last));
    observer.publish(1);
    let received = reader.read_to(601).await.len() as u64;
    let (_, _, expired) = balance(&reader.hop());
    // Ticks are messages of the stream too.
    assert!(received + expired >= 501, "{received} {expired}");
    assert!((450..500).contains(&expired), "{expired}");
}

#[tokio::test]
async fn a_tool_without_a_memory_continues_where_it_acknowledged() {
    let server = NatsServer::builder().jetstream().start().await.unwrap();
    let mut settings = NatsSettings::new(server.url()).jetstream();
    limit(&mut settings);
    let mut observer = Observer::start(&settings);
    observer.publish(1_000);
    let mut reader = Reader::start(&settings, None);
    reader.read_to(1_000).await;
    // It has taken all of them: the server hears of that.
    testkit::wait_for("the server knows", async || {
        acknowledged(&server.url()).await >= Some(1_000)
    })
    .await
    .unwrap();
    drop(reader);
    observer.publish(500);
    let mut reader = Reader::start(&settings, None);
    let events = reader.read_to(1_500).await;
    assert_eq!(events.len(), 500);
    assert_eq!(events[0].sequence, 1_001);
}

#[tokio::test]
async fn an_outage_that_is_too_long_is_counted_exactly() {
    let mut server = NatsServer::builder().jetstream().start().await.unwrap();
    let mut settings = NatsSettings::new(server.url()).jetstream();
    limit(&mut settings);
    settings.buffer_bytes = 500_000;
    let mut observer = Observer::start(&settings);
    observer.publish(1_000);
    observer.settled(1_000).await;
    server.kill().unwrap();
    observer.publish(10_000);
    testkit::wait_for("the buffer is full", async || {
        observer.bus.subscriptions()[0].depth == 0 && balance(&observer.hop()).2 > 0
    })
    .await
    .unwrap();
    server.start_again().await.unwrap();
    observer.settled(11_000).await;
    observer.publish(1);
    let mut reader = Reader::start(&settings, None);
    let events = reader.read_to(11_001).await;
    observer.settled(11_001).await;
    let (whole, reduced, lost) = balance(&observer.hop());
    assert_eq!((whole + lost, reduced), (11_001, 0));
    assert_eq!(events.len() as u64, whole);
    let (received, _, missing) = balance(&reader.hop());
    // The reader began in the middle of no sequence: it knows of all that is missing.
    assert_eq!(missing, lost);
    assert!(received >= whole, "ticks are received too");
}

/// A test server has little room.
fn limit(settings: &mut NatsSettings) {
    if let peer_observer_nats::Mode::JetStream(stream) = &mut settings.mode {
        stream.max_bytes = 100 << 20;
    }
}

/// The last sequence that the tool has acknowledged.
async fn acknowledged(url: &str) -> Option<u64> {
    let client = async_nats::connect(url).await.ok()?;
    let context = async_nats::jetstream::new(client);
    let stream = context.get_stream("peerobserver").await.ok()?;
    let info = stream.consumer_info("tool").await.ok()?;
    Some(info.ack_floor.stream_sequence)
}
