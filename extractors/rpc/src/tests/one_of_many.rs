//! One method is in trouble, all others go on.

use std::collections::BTreeMap;

use super::fake_node::{FakeNode, Manner};
use super::observed::{Observed, dropped};
use crate::methods::METHODS;

/// The method in trouble.
const TROUBLED: &str = "getchaintips";

async fn others_go_on(manner: Manner, reason: &str) -> u64 {
    let node = FakeNode::start().await;
    node.set(TROUBLED, manner);
    let mut observed = Observed::start_all(&node);
    // Where the node says nothing, this takes the 2 s of the call.
    let counts = observed.until_dropped(TROUBLED, reason).await;
    for method in METHODS.iter().filter(|method| method.name != TROUBLED) {
        observed.until_replied(method.name).await;
    }
    for method in METHODS {
        let replies = observed.replies(method.name);
        let expected = match (method.name, manner) {
            (TROUBLED, _) => 0..=0,
            (_, Manner::Hangs) => 5..=usize::MAX,
            _ => 1..=usize::MAX,
        };
        assert!(
            expected.contains(&replies),
            "{manner:?}: {replies} of {}",
            method.name
        );
    }
    let counts: BTreeMap<&str, u64> = counts
        .iter()
        .map(|count| (count.part.as_str(), dropped(count)))
        .filter(|(_, dropped)| *dropped > 0)
        .collect();
    assert_eq!(counts.keys().collect::<Vec<_>>(), [&TROUBLED], "{manner:?}");
    // It is said what is wrong, and that the rest works.
    observed.until_health("working", TROUBLED).await;
    assert_eq!(observed.notices("node_gone"), 0, "{manner:?}");
    counts[TROUBLED]
}

#[tokio::test]
async fn a_method_that_hangs() {
    others_go_on(Manner::Hangs, "timeout").await;
}

#[tokio::test]
async fn a_method_that_breaks_off() {
    others_go_on(Manner::DiesMidReply, "unreachable").await;
}

#[tokio::test]
async fn a_method_that_sends_100_megabytes() {
    others_go_on(Manner::Sends100Megabytes, "too_large").await;
}

#[tokio::test]
async fn a_method_that_sends_garbage() {
    others_go_on(Manner::SendsGarbage, "garbage").await;
    others_go_on(Manner::AnswersAnotherQuestion, "garbage").await;
}

#[tokio::test]
async fn a_method_that_rejects_the_credentials() {
    others_go_on(Manner::RejectsCredentials, "unauthorized").await;
}

#[tokio::test]
async fn a_method_that_is_refused() {
    let refused = others_go_on(Manner::Forbids, "refused").await;
    let unknown = others_go_on(Manner::KnowsNoSuchMethod, "unknown_method").await;
    assert_eq!((refused, unknown), (1, 1), "asked for once");
}
