//! What a client with a limit gets of a flood, and which lines of debug.log.

#![allow(clippy::unwrap_used)]

mod common;

use common::client::{Client, sampled, version};
use common::{Server, inv, ping};
use peer_observer_bus::{Draft, dropped};
use peer_observer_event::{LogLevel, LogLine, Payload};
use serde_json::{Value, json};

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

fn line(category: &str, level: LogLevel, template_id: u64, message: &str) -> Draft {
    Draft::now(Payload::LogLine(Box::new(LogLine {
        category: category.to_owned(),
        level: level.into(),
        template_id: Some(template_id),
        message: message.to_owned(),
        ..LogLine::default()
    })))
}

fn messages(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .filter_map(|event| event["payload"]["log_line"]["message"].as_str())
        .collect()
}

#[tokio::test]
async fn lines_of_the_log_are_chosen_by_category_level_and_template() {
    let mut server = Server::start().await;
    let wants = [
        (json!({}), vec!["a", "b", "c", "d"]),
        (json!({"categories": ["net", ""]}), vec!["a", "b", "c"]),
        (json!({"level": "warning"}), vec!["c", "d"]),
        (
            json!({"templates": [u64::MAX.to_string(), "1"]}),
            vec!["a", "d"],
        ),
        (json!({"categories": ["net"], "level": "info"}), vec!["b"]),
    ];
    for (log, expected) in wants {
        let request = json!({"events": {"kinds": ["log", "p2p_message"]}, "log": log});
        let mut client = Client::asking(&server, request).await;
        server.alice.publish_all(&mut vec![
            line("net", LogLevel::Debug, 1, "a"),
            line("net", LogLevel::Info, 2, "b"),
            line("", LogLevel::Warning, 3, "c"),
            line("validation", LogLevel::Error, u64::MAX, "d"),
            ping(1),
        ]);
        // The ping is no line, so it comes whatever is wanted of the log.
        let mut events = Vec::new();
        while events.len() <= expected.len() {
            events.extend(client.events().await);
        }
        assert_eq!(messages(&events), expected, "{log}");
        let last = events.last().unwrap();
        assert!(last["payload"].get("p2p_message").is_some());
    }
}

#[tokio::test]
async fn a_flood_of_lines_does_not_hide_a_warning() {
    let mut server = Server::start().await;
    let request = json!({"events": {"kinds": ["log"]}, "max_per_second": 20});
    let mut client = Client::asking(&server, request).await;
    let mut flood: Vec<Draft> = (0..2_000)
        .map(|_| line("net", LogLevel::Debug, 1, "flood"))
        .collect();
    flood.push(line("", LogLevel::Warning, 2, "look here"));
    server.alice.publish_all(&mut flood);
    let everything =
        |events: &[Value], (limit, _): (u64, u64)| events.len() as u64 + limit >= 2_001;
    let events = sampled(&mut client, everything).await;
    assert!(messages(&events).contains(&"look here"));
}
