use peer_observer_event::{Event, Filter, Kind};

use crate::samples;

fn filter(json: &str) -> Filter {
    serde_json::from_str(json).expect("the filter is valid")
}

fn matching(json: &str) -> Vec<Event> {
    let filter = filter(json);
    samples::events()
        .into_iter()
        .filter(|event| filter.matches(event))
        .collect()
}

fn words(events: &[Event]) -> Vec<&'static str> {
    events
        .iter()
        .filter_map(|event| event.payload.as_ref())
        .map(|payload| payload.word())
        .collect()
}

#[test]
fn an_absent_list_wants_all_and_an_empty_one_nothing() {
    assert_eq!(matching("{}"), samples::events());
    for empty in ["nodes", "kinds", "peers", "commands", "directions"] {
        assert_eq!(matching(&format!("{{{empty:?}: []}}")), []);
    }
}

#[test]
fn lists_leave_out_events_that_have_no_such_field() {
    assert_eq!(
        words(&matching(r#"{"commands": ["ping", "no such"]}"#)),
        ["p2p_message"]
    );
    assert_eq!(
        words(&matching(r#"{"directions": ["outbound"]}"#)),
        ["connection_opened"]
    );
    let about_a_peer = matching(r#"{"peers": [3], "kinds": ["connection", "rpc", "mempool"]}"#);
    assert_eq!(
        words(&about_a_peer),
        [
            "connection_opened",
            "connection_closed",
            "connection_evicted",
            "connection_misbehaving"
        ]
    );
    assert_eq!(matching(r#"{"peers": [4]}"#), []);
    assert_eq!(matching(r#"{"nodes": ["bob"]}"#), []);
    assert_eq!(
        matching(r#"{"nodes": ["bob", "alice"]}"#),
        samples::events()
    );
}

#[test]
fn kinds_say_what_to_subscribe_to() {
    let wanted = filter(r#"{"kinds": ["p2p_message", "notice"]}"#).kind_set();
    for kind in Kind::ALL {
        assert_eq!(
            wanted.contains(kind),
            matches!(kind, Kind::P2pMessage | Kind::Notice)
        );
        assert!(Filter::default().kind_set().contains(kind));
    }
}

#[test]
fn json_goes_both_ways() {
    let json = r#"{"nodes":["alice"],"kinds":["p2p_message"],"peers":[3],"commands":["ping"],"directions":["inbound"]}"#;
    assert_eq!(
        serde_json::to_string(&filter(json)).expect("a filter is JSON"),
        json
    );
    assert_eq!(
        serde_json::to_string(&Filter::default()).expect("a filter is JSON"),
        "{}"
    );
}

#[test]
fn mistakes_are_named() {
    for (json, expected) in [
        (r#"{"comands": ["ping"]}"#, "unknown field `comands`"),
        (r#"{"kinds": ["pings"]}"#, "unknown kind \"pings\""),
        (r#"{"directions": ["in"]}"#, "unknown direction \"in\""),
        (
            r#"{"kinds": ["unspecified"]}"#,
            "unknown kind \"unspecified\"",
        ),
        (r#"{"peers": [-1]}"#, "invalid value: integer `-1`"),
    ] {
        let error = serde_json::from_str::<Filter>(json)
            .expect_err("not a filter")
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}
