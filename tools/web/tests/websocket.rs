//! Live events over the websocket, and the replies that follow from the same events.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{Server, TOO_LONG, inv, message, ping};
use futures_util::{SinkExt, StreamExt};
use peer_observer_bus::{Draft, dropped};
use peer_observer_event::{Body, Event, Payload, Tick, Version};
use peer_observer_web::{Limits, WebSettings};
use prost::Message as _;
use serde_json::{Value, json};
use tokio::net::TcpSocket;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

struct Client(WebSocketStream<tokio::net::TcpStream>);

impl Client {
    /// Connects; the hello is read.
    async fn connect(server: &Server) -> Client {
        let mut client = Client::try_connect(server).await.unwrap();
        assert_eq!(client.text().await, json!({"hello": {"version": "1.2.3"}}));
        client
    }

    async fn try_connect(server: &Server) -> Result<Client, Error> {
        let socket = TcpSocket::new_v4().unwrap();
        // What the operating system holds for a client that does not read stays small.
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(server.address).await.unwrap();
        let url = format!("ws://{}/api/v1/events", server.address);
        let (stream, _) = tokio_tungstenite::client_async(url, stream).await?;
        Ok(Client(stream))
    }

    /// Connects and asks.
    async fn asking(server: &Server, request: Value) -> Client {
        let mut client = Client::connect(server).await;
        client.ask(server, request).await;
        client
    }

    /// Asks, and waits until the request counts.
    async fn ask(&mut self, server: &Server, request: Value) {
        self.say(&request.to_string()).await;
        // The server answers a ping after what came before it.
        self.0
            .send(Message::Ping(b"?".as_slice().into()))
            .await
            .unwrap();
        loop {
            match self.frame().await {
                Message::Pong(_) => return,
                Message::Ping(_) => {}
                other => panic!("{other} instead of a pong from {}", server.address),
            }
        }
    }

    async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    async fn frame(&mut self) -> Message {
        let frame = tokio::time::timeout(TOO_LONG, self.0.next()).await;
        frame
            .expect("a frame comes")
            .expect("the server goes on")
            .unwrap()
    }

    async fn text(&mut self) -> Value {
        loop {
            match self.frame().await {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other} instead of text"),
            }
        }
    }

    /// The next events, at least one.
    async fn events(&mut self) -> Vec<Value> {
        let frame = self.text().await;
        frame["events"]
            .as_array()
            .unwrap_or_else(|| panic!("{frame} instead of events"))
            .clone()
    }

    async fn is_closed(&mut self) {
        let end = async { while let Some(Ok(_)) = self.0.next().await {} };
        tokio::time::timeout(TOO_LONG, end)
            .await
            .expect("the server closes");
    }
}

fn version(user_agent: &str) -> Draft {
    let version = Version {
        version: 70016,
        services: 1033,
        user_agent: Some(user_agent.to_owned()),
        ..Version::default()
    };
    Draft::now(Payload::P2pMessage(message(
        3,
        "version",
        Body::Version(Box::new(version)),
    )))
}

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

/// Events until it is enough, by them and what was left out because of the limit and of the filter.
async fn sampled(client: &mut Client, until: impl Fn(&[Value], (u64, u64)) -> bool) -> Vec<Value> {
    let (mut events, mut left_out) = (Vec::new(), (0, 0));
    while !until(&events, left_out) {
        let frame = client.text().await;
        match frame.get("left_out") {
            Some(counts) => {
                left_out.0 += counts["limit"].as_u64().unwrap();
                left_out.1 += counts["filter"].as_u64().unwrap();
            }
            None => events.extend(frame["events"].as_array().unwrap().clone()),
        }
    }
    events
}

#[tokio::test]
async fn a_client_with_a_limit_gets_a_fair_sample_and_is_told_what_it_lacks() {
    let mut server = Server::start().await;
    let request = json!({"events": {"peers": [1]}, "max_per_second": 20});
    let mut client = Client::asking(&server, request).await;
    let mut flood: Vec<Draft> = (0..2_000).map(|_| ping(1)).collect();
    flood.insert(1_900, version("/rare/"));
    flood.insert(1_950, inv(1, 1));
    flood.push(ping(2));
    server.alice.publish_all(&mut flood);
    let everything = |events: &[Value], (limit, filter): (u64, u64)| {
        events.len() as u64 + limit + filter >= 2_003
    };
    let events = sampled(&mut client, everything).await;
    assert!((10..=40).contains(&events.len()), "{} events", events.len());
    let is = |command: &str| {
        let command = json!(command);
        events
            .iter()
            .filter(move |event| event["payload"]["p2p_message"]["command"] == command)
            .count()
    };
    assert_eq!(is("inv"), 1, "a flood of pings hides nothing else");
    let order: Vec<u64> = events
        .iter()
        .map(|event| event["bus_sequence"].as_u64().unwrap())
        .collect();
    assert!(order.is_sorted());
    let hop = server.websocket_hop();
    assert_eq!((hop.whole, dropped(&hop)), (events.len() as u64, 0));
}

#[tokio::test]
async fn text_is_searched_for_in_payloads_before_the_limit() {
    let mut server = Server::start().await;
    let request = json!({"events": {}, "text": "/Need\"LE", "max_per_second": 1});
    let mut client = Client::asking(&server, request).await;
    let mut flood: Vec<Draft> = (0..2_000).map(|_| ping(1)).collect();
    flood.push(version("/needle/"));
    flood.push(version("a /nEEd\"le/"));
    server.alice.publish_all(&mut flood);
    let found = |events: &[Value], (_, filter): (u64, u64)| events.len() == 1 && filter == 2_001;
    let events = sampled(&mut client, found).await;
    let version = &events[0]["payload"]["p2p_message"]["body"]["version"];
    assert_eq!(version["user_agent"], "a /nEEd\"le/");
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
