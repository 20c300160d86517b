//! The node's lives: killed under load and started again, twenty times.

mod support;

use std::collections::BTreeSet;

use anyhow::Result;
use peer_observer_ebpf::EbpfSettings;
use peer_observer_event::{GapReason, Payload};
use support::{Observed, assert_accounts, messages};
use testkit::Node;

const LIVES: usize = 20;
/// "Re-attached at most 1 s after the new process is there."
const LONGEST_BLIND_NS: u64 = 1_000_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_restarted_twenty_times() -> Result<()> {
    let mut node = Node::builder().without_checks().start().await?;
    let mut observed = Observed::start(&node, EbpfSettings::default()).await?;
    for life in 1..=LIVES {
        let address = node.p2p_address();
        // Ends with an error when the node is killed under it.
        let load = tokio::spawn(async move { lab::load::ping_flood(address, 2_000_000, 2).await });
        let before = observed.events.len();
        observed
            .collect_until("some messages of this life", |events| {
                messages(&events[before..]).take(1_000).count() == 1_000
            })
            .await?;
        node.kill()?;
        assert!(
            load.await?.is_err(),
            "the load ended before the node was killed"
        );
        node.start_again().await?;
        observed
            .collect_until("the extractor to be back", |events| {
                let back = |payload: &Payload| matches!(payload, Payload::NodeBack(_));
                let count = events
                    .iter()
                    .filter(|event| event.payload.as_ref().is_some_and(back));
                count.count() == life + 1
            })
            .await?;
    }
    lab::load::ping_flood(node.p2p_address(), 100, 1).await?;
    observed.settle().await?;
    let events = observed.finish().await?;
    assert_accounts(&events);

    let notices = |wanted: fn(&Payload) -> bool| {
        events
            .iter()
            .filter(|event| event.payload.as_ref().is_some_and(wanted))
            .count()
    };
    assert_eq!(
        notices(|payload| matches!(payload, Payload::NodeGone(_))),
        LIVES
    );
    assert_eq!(
        notices(|payload| matches!(payload, Payload::NodeBack(_))),
        LIVES + 1
    );
    let mut blind = Vec::new();
    for event in &events {
        let Some(Payload::Gap(gap)) = &event.payload else {
            continue;
        };
        assert_eq!(gap.reason(), GapReason::NotAttached, "{gap:?}");
        assert_eq!(gap.count, None);
        blind.push(gap.last_time_ns - gap.first_time_ns);
    }
    assert_eq!(blind.len(), LIVES);
    // A machine that is busy elsewhere may hold up one of them.
    blind.sort_unstable();
    assert!(
        blind[LIVES / 2] < LONGEST_BLIND_NS,
        "blind for {blind:?} ns"
    );
    assert_runs(&events);
    Ok(())
}

/// Each life has a run of its own, and its events stand between its notices.
fn assert_runs(events: &[std::sync::Arc<peer_observer_event::Event>]) {
    let mut runs = BTreeSet::new();
    let mut current = None;
    for event in events.iter().filter(|event| !event.node.is_empty()) {
        match &event.payload {
            Some(Payload::NodeBack(_)) => {
                current = event.run;
                assert!(
                    runs.insert(event.run),
                    "two lives with the run {:?}",
                    event.run
                );
            }
            Some(Payload::P2pMessage(_)) => assert_eq!(event.run, current),
            _ => {}
        }
    }
    assert_eq!(runs.len(), LIVES + 1);
}
