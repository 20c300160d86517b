//! Live events over the websocket, and the replies that follow from the same events.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::client::{Client, version};
use common::{Server, TOO_LONG, inv, ping};
use futures_util::StreamExt;
use peer_observer_bus::{Draft, dropped};
use peer_observer_event::{Event, Payload, Tick};
use peer_observer_web::{Limits, WebSettings};
use prost::Message as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error, Message};

#[tokio::test]
async fn replies_and_frames_say_what_was_published() {
    let mut server = Server::start().await;
    let all = json!({"events": {}, "snapshots": true});
    let mut client = Client::asking(&server, all).await;
    let hostile = "<script>alert(1)</script>\"\\\u{0}\u{2028}";
    server.alice.publish(version(hostile));
    server.alice.publish(ping(3));
    let mut events = Vec::new();
    while events.len() < 2 {
        events.extend(client.events().await);
    }
    assert_eq!(
        events[0]["payload"]["p2p_message"]["body"]["version"]["user_agent"],
        hostile
    );
    assert_eq!(
        events[1]["payload"]["p2p_message"]["body"]["ping"]["nonce"],
        u64::MAX.to_string()
    );
    assert_eq!(events[1]["node"], "alice");

    let pinged = |reply: &Value| reply["peers"][0]["messages_received"] == 2;
    let peers = server.wait_for("/api/v1/peers?node=alice", pinged).await;
    assert_eq!(peers["peers"][0]["user_agent"], hostile);
    assert_eq!(peers["peers"][0]["run"], 1_790_000_000);
    assert_eq!(
        server.json("/api/v1/peers?node=bob").await["peers"],
        json!([])
    );
    let peer = server.json("/api/v1/peers/alice/3").await;
    let pings = json!({"command": "ping", "direction": "inbound", "messages": 1, "bytes": 8});
    assert_eq!(peer["commands"][1], pings);
    let totals = server.json("/api/v1/totals").await;
    assert_eq!(totals["nodes"][0]["commands"][1], pings);
    assert_eq!(totals["bus_sequence"], 2);
    assert!(
        totals["hops"]
            .as_array()
            .unwrap()
            .iter()
            .any(|hop| hop["part"] == "web")
    );

    server.alice.publish(Draft::now(Payload::Tick(Tick {})));
    let snapshot = loop {
        let frame = client.text().await;
        if frame.get("snapshot").is_some() {
            break frame["snapshot"].clone();
        }
    };
    assert_eq!(
        snapshot["peers"]["peers"],
        server.json("/api/v1/peers").await["peers"]
    );
    assert_eq!(snapshot["totals"]["nodes"][0]["node"], "alice");
    assert_eq!(snapshot["node"]["nodes"][0]["peers"], 1);
    assert_eq!(
        snapshot["vitals"]["nodes"],
        server.json("/api/v1/vitals").await["nodes"]
    );
}

#[tokio::test]
async fn a_client_learns_from_where_on_its_request_counts() {
    let mut server = Server::start().await;
    let mut client = Client::connect(&server).await;
    let pings = json!({"id": 1, "events": {"commands": ["ping"]}});
    client.say(&pings.to_string()).await;
    assert_eq!(client.text().await, json!({"asked": 1}));
    server.alice.publish(ping(1));
    client.events().await;
    server
        .alice
        .publish_all(&mut vec![ping(2), ping(2), ping(2)]);
    let invs = json!({"id": u32::MAX, "events": {"commands": ["inv"]}});
    client.say(&invs.to_string()).await;
    loop {
        let frame = client.text().await;
        if frame == json!({"asked": u32::MAX}) {
            break;
        }
        assert!(frame.get("events").is_some(), "{frame}");
    }
    server.alice.publish_all(&mut vec![ping(3), inv(1, 1)]);
    let events = client.events().await;
    assert_eq!(events[0]["payload"]["p2p_message"]["command"], "inv");
}

#[tokio::test]
async fn a_client_gets_what_it_asked_for_last() {
    let mut server = Server::start().await;
    let pings_of_1 = json!({"events": {"nodes": ["alice"], "peers": [1], "commands": ["ping"]}});
    let mut client = Client::asking(&server, pings_of_1).await;
    server
        .alice
        .publish_all(&mut vec![ping(2), inv(1, 1), ping(1)]);
    let events = client.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["sequence"], 3);

    client
        .ask(
            &server,
            json!({"events": {"kinds": ["p2p_message"], "commands": ["inv"]}}),
        )
        .await;
    server.alice.publish_all(&mut vec![ping(1), inv(1, 1)]);
    assert_eq!(client.events().await[0]["sequence"], 5);

    client.ask(&server, json!({})).await;
    server.alice.publish(inv(1, 1));
    client
        .ask(
            &server,
            json!({"events": {"directions": ["inbound"]}, "format": "protobuf"}),
        )
        .await;
    server.alice.publish_all(&mut vec![inv(1, 2), ping(1)]);
    let Message::Binary(mut frame) = client.frame().await else {
        panic!("a binary frame")
    };
    let first = Event::decode_length_delimited(&mut frame).unwrap();
    let second = Event::decode_length_delimited(&mut frame).unwrap();
    assert!(frame.is_empty());
    assert_eq!((first.sequence, second.sequence), (7, 8));
    assert_eq!(second.bus_sequence, 8);
    assert!(matches!(second.payload, Some(Payload::P2pMessage(ping)) if ping.command == "ping"));
    let hop = server.websocket_hop();
    assert_eq!((hop.attempted, hop.whole, dropped(&hop)), (4, 4, 0));
}

#[tokio::test]
async fn a_client_that_stalls_harms_only_itself_and_is_told() {
    let limits = Limits {
        send: TOO_LONG,
        queue_events: 1_000,
        ..Limits::default()
    };
    let mut server = Server::with(WebSettings::default(), limits).await;
    let wanted = json!({"events": {"kinds": ["p2p_message"]}});
    let mut stalled = Client::asking(&server, wanted.clone()).await;
    let mut reader = Client::asking(&server, wanted).await;
    let mut published = 0;
    let mut publish = async |draft: Draft| {
        server.alice.publish(draft);
        published += 1;
        let events = reader.events().await;
        assert_eq!(events.len(), 1, "the other client gets every event");
        assert_eq!(events[0]["sequence"], published);
    };
    // First what the sockets hold, then more than the queue holds.
    for _ in 0..100 {
        publish(inv(1, 2_000)).await;
    }
    for _ in 0..2_000 {
        publish(ping(1)).await;
    }
    let (mut received, mut missed) = (0, 0);
    while received + missed < published {
        let frame = stalled.text().await;
        match frame["missed"].as_u64() {
            Some(count) => missed += count,
            None => {
                for event in frame["events"].as_array().unwrap() {
                    received += 1;
                    assert_eq!(
                        event["sequence"],
                        received + missed,
                        "missed stands in its place"
                    );
                }
            }
        }
    }
    assert!(missed > 900, "missed {missed}");
    server.alice.publish(ping(1));
    assert_eq!(stalled.events().await[0]["sequence"], published + 1);
    assert_eq!(reader.events().await[0]["sequence"], published + 1);
    let hop = server.websocket_hop();
    assert_eq!(hop.attempted, hop.whole + hop.reduced + dropped(&hop));
    assert_eq!(hop.attempted, received + published + 2);
    let queue = server.bus.hop("subscription", "websocket").count();
    assert_eq!(dropped(&queue), missed);
    assert_eq!(queue.whole + queue.reduced, hop.attempted);
}

#[tokio::test]
async fn what_a_lost_client_did_not_get_is_counted() {
    let limits = Limits {
        send: Duration::from_millis(300),
        ..Limits::default()
    };
    let mut server = Server::with(WebSettings::default(), limits).await;
    let only_peer_1 = json!({"events": {"peers": [1]}});
    let client = Client::asking(&server, only_peer_1).await;
    for _ in 0..300 {
        server.alice.publish_all(&mut vec![inv(1, 1_000), ping(2)]);
    }
    let counted = async {
        loop {
            let hop = server.websocket_hop();
            if dropped(&hop) > 0 {
                return hop;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let hop = tokio::time::timeout(TOO_LONG, counted)
        .await
        .expect("the client is given up");
    assert_eq!(hop.attempted, 300);
    assert_eq!(hop.attempted, hop.whole + hop.reduced + dropped(&hop));
    assert_eq!(hop.dropped[0].reason, "client_gone");
    drop(client);
}

#[tokio::test]
async fn a_wrong_request_is_explained_and_ends_the_connection() {
    let limits = Limits {
        first_request: Duration::from_millis(300),
        ..Limits::default()
    };
    let server = Server::with(WebSettings::default(), limits).await;
    let long = json!({"events": {"nodes": ["x".repeat(5_000)]}}).to_string();
    for (request, expected) in [
        (Some("{"), "bad request"),
        (Some(r#"{"event": {}}"#), "unknown field `event`"),
        (Some(r#"{"events": {"kinds": ["p2p"]}}"#), "unknown kind"),
        (Some(r#"{"format": "xml"}"#), "unknown variant `xml`"),
        (Some(r#"{"log": {"level": "loud"}}"#), "unknown level"),
        (
            Some(r#"{"log": {"level": "unspecified"}}"#),
            "unknown level",
        ),
        (Some(r#"{"log": {"templates": ["x"]}}"#), "no template_id"),
        (Some(r#"{"text": "x"}"#), "text needs max_per_second"),
        (Some(r#"{"max_per_second": 0}"#), "nonzero"),
        (Some(r#"{"max_per_second": 1001}"#), "at most 1000"),
        (Some(long.as_str()), "too long"),
        (None, "no request within 0.3 s"),
    ] {
        let mut client = Client::connect(&server).await;
        if let Some(request) = request {
            client.say(request).await;
        }
        let frame = client.text().await;
        let error = frame["error"].as_str().unwrap_or_else(|| panic!("{frame}"));
        assert!(error.contains(expected), "{error}");
        client.is_closed().await;
    }
}

#[tokio::test]
async fn clients_are_limited_and_places_become_free() {
    let settings = WebSettings {
        max_websockets: 1,
        ..WebSettings::default()
    };
    let server = Server::with(settings, Limits::default()).await;
    let mut first = Client::connect(&server).await;
    match Client::try_connect(&server).await {
        Err(Error::Http(reply)) => assert_eq!(reply.status(), 503),
        _ => panic!("a second client has to be refused"),
    }
    first.0.close(None).await.unwrap();
    let again = async { while Client::try_connect(&server).await.is_err() {} };
    tokio::time::timeout(TOO_LONG, again)
        .await
        .expect("the place becomes free");
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_given_up() {
    let settings = WebSettings {
        max_websockets: 2,
        ..WebSettings::default()
    };
    let limits = Limits {
        ping: Duration::from_millis(50),
        silence: Duration::from_millis(1_000),
        ..Limits::default()
    };
    let server = Server::with(settings, limits).await;
    let mut lively = Client::asking(&server, json!({})).await;
    let _silent = Client::asking(&server, json!({})).await;
    // Reading is what answers pings: only one of the two does.
    let reading = tokio::spawn(async move { while let Some(Ok(_)) = lively.0.next().await {} });
    let place = async {
        while Client::try_connect(&server).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(TOO_LONG, place)
        .await
        .expect("the silent one's place becomes free");
    assert!(!reading.is_finished(), "the other one stays");
}

#[tokio::test]
async fn shutdown_says_goodbye() {
    let server = Server::start().await;
    let mut client = Client::asking(&server, json!({"events": {}})).await;
    server.shutdown.cancel();
    assert!(matches!(client.frame().await, Message::Close(Some(_))));
    client.is_closed().await;
    tokio::time::timeout(TOO_LONG, server.running)
        .await
        .expect("it ends")
        .unwrap();
}
