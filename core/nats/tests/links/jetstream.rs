//! With JetStream: nothing is lost, nothing is doubled.

use peer_observer_nats::NatsSettings;
use testkit::NatsServer;

use crate::process::{Observer, Reader, balance};

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
        stored.extend(
            events
                .iter()
                .map(|event| (event.bus_sequence, event.sequence)),
        );
        drop(reader);
        let after = stored.last().map(|(bus_sequence, _)| *bus_sequence);
        reader = Reader::start(&settings, after);
    }
    let all = ROUNDS * EVENTS;
    observer.settled(all).await;
    assert_eq!(balance(&observer.hop()), (all, 0, 0));
    if stored.last().map(|(_, sequence)| *sequence) != Some(all) {
        let events = reader.read_to_at_least(all).await;
        stored.extend(
            events
                .iter()
                .map(|event| (event.bus_sequence, event.sequence)),
        );
    }
    let sequences: Vec<u64> = stored.iter().map(|(_, sequence)| *sequence).collect();
    assert_eq!(sequences, (1..=all).collect::<Vec<_>>());
    assert!(stored.is_sorted_by_key(|(bus_sequence, _)| *bus_sequence));
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
        acknowledged(&server.url()).await == Some(1_000)
    })
    .await
    .unwrap();
    drop(reader);
    observer.publish(500);
    let mut reader = Reader::start(&settings, None);
    let events = reader.read_to(1_500).await;
    assert_eq!(events.len(), 500);
    assert_eq!(events[0].bus_sequence, 1_001);
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
    assert_eq!((received, missing), (whole, lost));
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
