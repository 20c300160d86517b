//! Without JetStream.

use std::sync::Arc;

use peer_observer_bus::{Delivery, SubscriptionOptions};
use peer_observer_event::Event;
use peer_observer_nats::{Login, NatsSettings};
use testkit::NatsServer;

use crate::process::{Observer, Reader, balance, downlink, secret};

fn sequences(events: &[Arc<Event>]) -> Vec<u64> {
    events.iter().map(|event| event.sequence).collect()
}

#[tokio::test]
async fn events_cross_in_their_order() {
    let server = NatsServer::start().await.unwrap();
    let settings = NatsSettings::new(server.url());
    let mut reader = Reader::start(&settings, None);
    reader.link.works().await;
    let mut observer = Observer::start(&settings);
    observer.publish(10_000);
    let events = reader.read_to(10_000).await;
    assert_eq!(sequences(&events), (1..=10_000).collect::<Vec<_>>());
    assert!(events.is_sorted_by_key(|event| event.bus_sequence));
    observer.settled(10_000).await;
    assert_eq!(balance(&observer.hop()), (10_000, 0, 0));
    assert_eq!(balance(&reader.hop()), (10_000, 0, 0));
}

#[tokio::test]
async fn a_process_that_sends_and_receives_makes_no_loop() {
    let server = NatsServer::start().await.unwrap();
    let settings = NatsSettings::new(server.url());
    let mut mixed = Observer::start(&settings);
    let mut seen = mixed.bus.subscribe(SubscriptionOptions::new("tool"));
    let back = downlink(&mixed.bus, &settings, None);
    back.works().await;
    let mut other = Observer::start(&settings);
    mixed.publish(100);
    mixed.settled(100).await;
    other.publish(50);
    let mut deliveries = Vec::new();
    while deliveries.len() < 150 {
        seen.receive(&mut deliveries, 1000).await;
    }
    let instances: Vec<u64> = deliveries
        .iter()
        .map(|delivery| match delivery {
            Delivery::Event(event) => event.instance,
            Delivery::Missed(count) => panic!("missed {count}"),
        })
        .collect();
    let own = instances.iter().filter(|of| mixed.bus.has_made(**of));
    assert_eq!((own.count(), instances.len()), (100, 150));
    // Nothing came back, and what came in did not go out again.
    mixed.publish(1);
    mixed.settled(101).await;
    assert_eq!(balance(&mixed.hop()), (101, 0, 0));
    assert_eq!(balance(&mixed.bus.hop("nats_receive", "").count()).0, 50);
}

#[tokio::test]
async fn what_an_outage_takes_is_counted_and_nothing_comes_twice() {
    let mut server = NatsServer::start().await.unwrap();
    let settings = NatsSettings::new(server.url());
    let mut reader = Reader::start(&settings, None);
    reader.link.works().await;
    let mut observer = Observer::start(&settings);
    observer.publish(4_000);
    let mut events = reader.read_to(4_000).await;
    // In the middle of the next ones.
    observer.publish(3_000);
    tokio::task::yield_now().await;
    server.kill().unwrap();
    observer.publish(2_999);
    reader.link.waits_because("127.0.0.1").await;
    server.start_again().await.unwrap();
    reader.link.works().await;
    observer.settled(9_999).await;
    // The first one behind the outage shows what is missing.
    observer.publish(1);
    events.extend(reader.read_to(10_000).await);
    observer.settled(10_000).await;
    // What the observer held through the outage it has sent: nothing is lost on its side.
    assert_eq!(balance(&observer.hop()), (10_000, 0, 0));
    let (whole, _, missing) = balance(&reader.hop());
    assert_eq!(whole + missing, 10_000);
    assert_eq!(whole, events.len() as u64);
    assert_eq!(missing, reader.missed, "the tool was told");
    assert!(
        sequences(&events).windows(2).all(|pair| pair[0] < pair[1]),
        "in order, and none twice"
    );
}

#[tokio::test]
async fn a_reader_knows_how_much_it_missed() {
    let users = |may_read: &str| {
        format!(
            "authorization {{ users: [ {{ user: observer, password: p }}, \
             {{ user: reader, password: p, permissions: {{ publish: \"_INBOX.>\", subscribe: {may_read} }} }} ] }}"
        )
    };
    let everything = users(r#"["_INBOX.>", "peerobserver.v1.>"]"#);
    let mut server = NatsServer::builder()
        .config(&everything)
        .start()
        .await
        .unwrap();
    let password_file = server.directory().join("password");
    secret(&password_file, "p");
    let settings_of = |user: &str| NatsSettings {
        login: Login::Password {
            user: user.to_owned(),
            password_file: password_file.clone(),
        },
        ..NatsSettings::new(server.url())
    };
    let mut reader = Reader::start(&settings_of("reader"), None);
    reader.link.works().await;
    let mut observer = Observer::start(&settings_of("observer"));
    observer.publish(1_000);
    reader.read_to(1_000).await;
    observer.settled(1_000).await;

    server.kill().unwrap();
    server.set_config(&users(r#"["_INBOX.>"]"#));
    server.start_again().await.unwrap();
    let refused = "subscribe to \"peerobserver.v1.*.*\"";
    reader.link.waits_because(refused).await;
    observer.publish(5_000);
    observer.settled(6_000).await;

    server.kill().unwrap();
    server.set_config(&everything);
    server.start_again().await.unwrap();
    reader.link.works().await;
    observer.publish(1);
    let events = reader.read_to(6_001).await;
    assert_eq!(events.len(), 1);
    assert_eq!(balance(&reader.hop()), (1_001, 0, 5_000));
    assert_eq!(reader.missed, 5_000, "the tool was told");
}

#[tokio::test]
async fn what_the_server_or_the_buffer_cannot_hold_goes_without_its_body_or_not_at_all() {
    let mut server = NatsServer::builder()
        .config("max_payload: 64KB")
        .start()
        .await
        .unwrap();
    let mut settings = NatsSettings::new(server.url());
    settings.buffer_bytes = 100_000;
    let mut reader = Reader::start(&settings, None);
    reader.link.works().await;
    let mut observer = Observer::start(&settings);
    observer.link.works().await;
    observer.publish_large(60_000);
    observer.settled(1).await;
    observer.publish_large(70_000);
    observer.settled(2).await;
    let events = reader.read_to(2).await;
    let has_body: Vec<bool> = events
        .iter()
        .map(|event| event.to_json().to_string().contains("first_bytes"))
        .collect();
    assert_eq!(has_body, [true, false]);
    assert_eq!(balance(&observer.hop()), (1, 1, 0));

    server.kill().unwrap();
    observer.link.waits_because("127.0.0.1").await;
    // The body of the second one does not fit beside the first one's; small
    // events fit until the buffer is full.
    observer.publish_large(60_000);
    observer.publish_large(60_000);
    observer.publish(1_000);
    observer
        .link
        .waits_because("cannot reach the NATS server")
        .await;
    testkit::wait_for("the buffer is full", async || {
        observer.bus.subscriptions()[0].depth == 0 && balance(&observer.hop()).2 > 0
    })
    .await
    .unwrap();
    let lost = balance(&observer.hop()).2;
    assert!((500..1000).contains(&lost), "{lost} lost");
    server.start_again().await.unwrap();
    observer.settled(1_004).await;
    assert_eq!(balance(&observer.hop()), (1 + 1 + 1_000 - lost, 2, lost));
}

#[tokio::test]
async fn the_last_events_are_sent_or_counted() {
    let mut server = NatsServer::start().await.unwrap();
    let settings = NatsSettings::new(server.url());
    let mut reader = Reader::start(&settings, None);
    reader.link.works().await;
    let mut observer = Observer::start(&settings);
    observer.publish(5_000);
    observer.bus.close();
    let hop = observer.bus.hop("nats_publish", "");
    observer.link.ended().await;
    assert_eq!(balance(&hop.count()), (5_000, 0, 0));
    assert_eq!(reader.read_to(5_000).await.len(), 5_000);

    let mut observer = Observer::start(&settings);
    observer.link.works().await;
    server.kill().unwrap();
    observer.link.waits_because("127.0.0.1").await;
    observer.publish(100);
    observer.bus.close();
    let hop = observer.bus.hop("nats_publish", "");
    observer.link.ended().await;
    assert_eq!(balance(&hop.count()), (0, 0, 100));
}
