//! The node comes and goes.

use std::collections::BTreeSet;

use anyhow::Result;
use peer_observer_component::State;
use peer_observer_event::Payload;
use testkit::Node;

use crate::observed::{FAST, Observed};

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_stopped_and_started_again() -> Result<()> {
    let mut node = Node::start().await?;
    let mut observed = Observed::start(node.settings(), FAST);
    for life in 0..5 {
        let pid = node.pid()?;
        assert_eq!(observed.back().await?.pid, Some(pid));
        assert_eq!(observed.sample().await?.pid, pid);
        observed
            .until_health(State::Working, &pid.to_string())
            .await?;
        match life % 2 {
            0 => node.kill()?,
            _ => node.stop().await?,
        }
        let gone = |payload: &Payload| match payload {
            Payload::NodeGone(gone) => Some(gone.pid),
            _ => None,
        };
        assert_eq!(observed.until("node_gone", gone).await?, Some(pid));
        observed
            .until_health(State::Waiting, "waiting for it")
            .await?;
        node.start_again().await?;
    }
    observed.back().await?;
    observed.count("sample", |count| count.whole > 0).await?;

    // Each life has a run and a process of its own.
    let mut lives = BTreeSet::new();
    for event in &observed.events {
        match &event.payload {
            Some(Payload::NodeBack(back)) => assert!(lives.insert((event.run, back.pid))),
            Some(Payload::ProcessSample(sample)) => {
                assert_eq!(lives.last(), Some(&(event.run, Some(sample.pid))));
            }
            _ => {}
        }
    }
    assert_eq!(lives.len(), 6);
    assert!(lives.iter().all(|(run, _)| run.is_some()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_has_never_run_is_waited_for() -> Result<()> {
    let mut node = Node::start().await?;
    node.kill()?;
    let mut observed = Observed::start(node.settings(), FAST);
    observed
        .until_health(State::Waiting, "no node runs in")
        .await?;
    node.start_again().await?;
    assert_eq!(observed.back().await?.pid, Some(node.pid()?));
    assert!(observed.sample().await?.user_seconds > 0.0);
    Ok(())
}
