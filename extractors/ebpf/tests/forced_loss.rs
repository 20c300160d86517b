//! Loss on purpose, in every variant: it is counted to the last event, reduced
//! before dropped, and said in gap notices.

mod support;

use std::sync::Arc;

use anyhow::Result;
use peer_observer_bus::dropped;
use peer_observer_ebpf::{EbpfSettings, KeepSettings, RingBytes, Variant};
use peer_observer_event::{CutReason, Event, GapReason, Payload};
use support::{Observed, VARIANTS, assert_accounts, gaps, last_hops, messages};
use testkit::Node;

/// A ring so small that a flood overruns it.
fn tiny_ring(variant: Variant) -> EbpfSettings {
    EbpfSettings {
        variant,
        ring_bytes: RingBytes::new(4096).expect("4096 bytes is the smallest size"),
        ..EbpfSettings::default()
    }
}

async fn flood(variant: Variant) -> Result<Vec<Arc<Event>>> {
    let node = Node::builder().without_checks().start().await?;
    let mut observed = Observed::start(&node, tiny_ring(variant)).await?;
    lab::load::ping_flood(node.p2p_address(), 40_000, 2).await?;
    observed.settle().await?;
    observed.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_ring_drops_and_says_how_many() -> Result<()> {
    for variant in VARIANTS {
        let events = flood(variant).await?;
        assert_accounts(&events);
        let hops = last_hops(&events);
        let message_hops = || {
            hops.iter()
                .filter(|hop| hop.part.ends_with("bound_message") && hop.hop == "ring")
        };
        let lost: u64 = hops.iter().map(dropped).sum();
        assert!(lost > 0, "{variant:?}: a ring of one page must lose pings");
        // The node has counted the same flood: 40,000 and two barriers for each peer, both ways.
        let attempted: u64 = message_hops().map(|hop| hop.attempted).sum();
        assert!(attempted >= 2 * 40_004, "{variant:?}: {attempted} hits");
        let seen = messages(&events).count() as u64;
        let kept: u64 = message_hops().map(|hop| hop.whole + hop.reduced).sum();
        assert_eq!(seen, kept, "{variant:?}");
        assert_eq!(
            gaps(&events).0,
            lost,
            "{variant:?}: the gap notices count the same loss"
        );
        for event in &events {
            if let Some(Payload::Gap(gap)) = &event.payload {
                assert_eq!(gap.reason(), GapReason::RingFull, "{variant:?}: {gap:?}");
                assert!(gap.first_time_ns < gap.last_time_ns, "{variant:?}: {gap:?}");
            }
        }
        assert_no_holes(&events);
    }
    Ok(())
}

/// A message that does not fit into the whole ring arrives without its payload.
#[tokio::test(flavor = "multi_thread")]
async fn payload_goes_first() -> Result<()> {
    for variant in VARIANTS {
        let node = Node::builder().without_checks().start().await?;
        node.mine(1).await?;
        let mut observed = Observed::start(&node, tiny_ring(variant)).await?;
        // 300 items are 10,803 bytes, more than the ring.
        lab::load::inv_flood(node.p2p_address(), 20, 300).await?;
        observed.settle().await?;
        let events = observed.finish().await?;
        assert_accounts(&events);
        let cut: Vec<_> = messages(&events)
            .filter(|message| message.command == "inv")
            .collect();
        for message in &cut {
            let reason = message.cut.as_ref().map(|cut| cut.reason());
            assert_eq!(reason, Some(CutReason::RingFull), "{variant:?}");
            assert_eq!(
                (message.payload_bytes, &message.body),
                (10_803, &None),
                "{variant:?}"
            );
        }
        let hops = last_hops(&events);
        let inbound = hops
            .iter()
            .find(|hop| hop.part == "net:inbound_message")
            .expect("a hop");
        assert_eq!(inbound.reduced, cut.len() as u64, "{variant:?}");
        assert!(!cut.is_empty(), "{variant:?}");
    }
    Ok(())
}

/// What is not wanted is not copied, and that is no loss.
#[tokio::test(flavor = "multi_thread")]
async fn a_setting_of_none_is_no_loss() -> Result<()> {
    for variant in VARIANTS {
        let node = Node::builder().without_checks().start().await?;
        let mut keep = KeepSettings::default();
        keep.commands
            .insert("ping".to_owned(), peer_observer_ebpf::Keep::Nothing);
        let settings = EbpfSettings {
            variant,
            keep,
            ..EbpfSettings::default()
        };
        let mut observed = Observed::start(&node, settings).await?;
        lab::load::ping_flood(node.p2p_address(), 100, 1).await?;
        observed.settle().await?;
        let events = observed.finish().await?;
        support::assert_nothing_lost(&events);
        let mut pings = 0;
        for message in messages(&events).filter(|message| message.command == "ping") {
            let reason = message.cut.as_ref().map(|cut| cut.reason());
            assert_eq!(
                (reason, &message.body),
                (Some(CutReason::Setting), &None),
                "{variant:?}"
            );
            assert_eq!(message.payload_bytes, 8);
            pings += 1;
        }
        assert!(pings >= 100, "{variant:?}");
        assert!(
            messages(&events).any(|message| message.command == "pong" && message.body.is_some())
        );
    }
    Ok(())
}

/// Lost events have taken no sequence numbers.
fn assert_no_holes(events: &[Arc<Event>]) {
    let ours = events.iter().filter(|event| !event.node.is_empty());
    for (index, event) in ours.enumerate() {
        assert_eq!(event.sequence, index as u64 + 1);
    }
}
