use peer_observer_event::{Body, Cut, CutReason, Event, Keep, P2pMessage, Payload};

use crate::samples;

#[test]
fn reducing_leaves_out_the_body_alone() {
    let mut reduced_bodies = Vec::new();
    for event in samples::events() {
        let Some(reduced) = event.reduced(CutReason::Subscription) else {
            continue;
        };
        let Some(Payload::P2pMessage(before)) = &event.payload else {
            panic!("only P2P messages have something to leave out")
        };
        reduced_bodies.extend(before.body.as_ref().map(Body::word));
        let cut = Some(Cut {
            reason: CutReason::Subscription.into(),
            kept_bytes: 0,
        });
        let after = P2pMessage {
            body: None,
            cut,
            ..before.clone()
        };
        assert_eq!(
            reduced,
            Event {
                payload: Some(Payload::P2pMessage(after)),
                ..event.clone()
            }
        );
    }
    for large in ["block", "tx", "inv", "addrv2", "unknown", "undecodable"] {
        assert!(reduced_bodies.contains(&large), "{large} can be reduced");
    }
    for small in ["ping", "verack", "feefilter"] {
        assert!(
            !reduced_bodies.contains(&small),
            "{small} has nothing to leave out"
        );
    }
}

#[test]
fn what_is_reduced_is_not_reduced_again() {
    for event in samples::events() {
        if let Some(reduced) = event.reduced(CutReason::Subscription) {
            assert_eq!(reduced.reduced(CutReason::Subscription), None);
        }
    }
}

#[test]
fn a_setting_leaves_out_raw_bytes_or_every_body() {
    let message = |event: &Event| match &event.payload {
        Some(Payload::P2pMessage(message)) => Some(message.clone()),
        _ => None,
    };
    for event in samples::events() {
        assert_eq!(event.kept(Keep::Full), None);
        if let Some(summary) = event.kept(Keep::Summary) {
            assert_ne!(summary, event);
            assert_eq!(summary.kept(Keep::Summary), None);
        }
        let has_body = message(&event).is_some_and(|message| message.body.is_some());
        let nothing = event.kept(Keep::Nothing);
        assert_eq!(nothing.is_some(), has_body);
        if let Some(message) = nothing.as_ref().and_then(message) {
            assert_eq!(message.body, None);
            assert!(
                message
                    .cut
                    .is_some_and(|cut| cut.reason() == CutReason::Setting)
            );
        }
    }
    let shorter: Vec<String> = samples::events()
        .iter()
        .filter(|event| event.kept(Keep::Summary).is_some())
        .filter_map(|event| message(event).map(|message| message.command))
        .collect();
    assert_eq!(shorter, ["tx", "block", "cmpctblock", "blocktxn"]);
}
