//! The node and the extractor go, and are back again.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Result;
use peer_observer_event::{Gap, GapReason, Payload};
use serde_json::Value;
use testkit::Node;

use crate::support::{Observed, connected, disconnected, settings};

const LIVES: usize = 20;
const LONGEST_AWAY: Duration = Duration::from_secs(65);

fn gap(payload: &Payload) -> Option<Gap> {
    match payload {
        Payload::Gap(gap) => Some(gap.clone()),
        _ => None,
    }
}

fn gone(payload: &Payload) -> Option<()> {
    matches!(payload, Payload::NodeGone(_)).then_some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_is_restarted_twenty_times() -> Result<()> {
    let mut node = Node::builder().without_checks().start().await?;
    let mut observed = Observed::connected(&mut node, settings()).await?;
    let mut from = observed.events.len();
    for life in 0..LIVES {
        observed.pings(1).await?;
        match life % 2 {
            0 => node.kill()?,
            _ => node.stop().await?,
        }
        (_, from) = observed.next_of(from, "the end of the node", gone).await?;
        node.start_again().await?;
        let back;
        (back, from) = observed.next_of(from, "the connection", connected).await?;
        assert!(back.verified, "life {life}: {back:?}");
    }
    observed.pings(1).await?;
    assert_eq!(observed.all(gone).len(), LIVES);
    assert_eq!(observed.all(disconnected).len(), LIVES);
    assert_eq!(observed.all(connected).len(), LIVES + 1);
    let gaps = observed.all(gap);
    assert_eq!(gaps.len(), LIVES + 1, "one before each connection");
    for gap in gaps {
        assert_eq!((gap.reason(), gap.count), (GapReason::NotAttached, None));
        let blind = Duration::from_nanos(gap.last_time_ns - gap.first_time_ns);
        assert!(blind < LONGEST_AWAY, "away for {blind:?}");
    }
    let events = observed.finish().await?;
    let is_connection = |payload: &Payload| connected(payload).is_some();
    let runs: BTreeSet<Option<u64>> = events
        .iter()
        .filter(|event| event.payload.as_ref().is_some_and(is_connection))
        .map(|event| event.run)
        .collect();
    assert_eq!(
        runs.len(),
        LIVES + 1,
        "each life is a run of its own: {runs:?}"
    );
    Ok(())
}

#[tokio::test]
async fn the_extractor_is_restarted_three_times() -> Result<()> {
    let mut node = Node::start().await?;
    let mut observed = Observed::connected(&mut node, settings()).await?;
    for round in 0..3 {
        let settings = observed.settings.clone();
        let before = observed.finish().await?;
        let ended = before.iter().rev().find_map(|event| {
            let ended = event.payload.as_ref().and_then(disconnected);
            ended.map(|_| event.time_ns)
        });
        observed = Observed::listening(node.settings(), settings).await?;
        // The first time nobody but the node itself brings it back; it dials 60 s
        // after it last did. Then the operator has no time for that.
        if round > 0 {
            let listen = observed.settings.listen.to_string();
            node.rpc::<Value>("addnode", (listen, "onetry")).await?;
        }
        let (connection, _) = observed.next_of(0, "the connection", connected).await?;
        assert!(connection.verified);
        let gaps = observed.all(gap);
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        let away = Duration::from_nanos(gaps[0].last_time_ns - ended.unwrap());
        assert!(away < LONGEST_AWAY, "away for {away:?}");
        observed.pings(2).await?;
    }
    Ok(())
}
