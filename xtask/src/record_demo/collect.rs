//! Everything that came over the bus.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions, wall_clock_ns};
use peer_observer_event::{Event, Extractor, Payload};
use testkit::DEADLINE;

use super::extractors::NAMES;
use super::nodes::Nodes;

/// Far more than two hours have.
const MOST_EVENTS: usize = 4_000_000;
const MOST_BYTES: usize = 1 << 30;

/// So many extractors say of a node that it is there: all but p2p, which waits
/// until the node dials.
const ATTACHED_PER_NODE: usize = NAMES.len() - 1;

/// Receives and keeps all events.
pub(super) struct Collector {
    bus: Bus,
    subscription: Subscription,
    events: Vec<Arc<Event>>,
}

impl Collector {
    pub(super) fn new() -> Collector {
        let bus = Bus::in_process();
        let options = SubscriptionOptions::new("recording").queue(MOST_EVENTS, MOST_BYTES);
        Collector {
            subscription: bus.subscribe(options),
            bus,
            events: Vec::new(),
        }
    }

    /// Where events are to be published.
    pub(super) fn bus(&self) -> Bus {
        self.bus.clone()
    }

    /// Waits until all extractors have found all nodes.
    pub(super) async fn wait_for_extractors(&mut self, nodes: &Nodes) -> Result<()> {
        let wanted = nodes.all().len() * ATTACHED_PER_NODE;
        self.wait_for("the extractors find the nodes", wanted, |event| {
            matches!(event.payload, Some(Payload::NodeBack(_)))
        })
        .await
    }

    /// Waits until all nodes have dialled peer-observer.
    pub(super) async fn wait_for_probes(&mut self, nodes: &Nodes) -> Result<()> {
        let wanted = nodes.all().len();
        self.wait_for("the nodes dial peer-observer", wanted, |event| {
            matches!(event.payload, Some(Payload::ProbeConnected(_)))
        })
        .await
    }

    /// Until there were such events from so many (node, extractor).
    async fn wait_for(
        &mut self,
        what: &str,
        wanted: usize,
        is_such: impl Fn(&Event) -> bool,
    ) -> Result<()> {
        let mut from: BTreeSet<(String, Extractor)> = BTreeSet::new();
        let mut seen = 0;
        let all = async {
            loop {
                for event in &self.events[seen..] {
                    if is_such(event) {
                        from.insert((event.node.clone(), event.extractor()));
                    }
                }
                seen = self.events.len();
                if from.len() >= wanted {
                    return Ok(());
                }
                let mut news = Vec::new();
                self.subscription.receive(&mut news, 65_536).await;
                keep(news, &mut self.events)?;
            }
        };
        let outcome = tokio::time::timeout(DEADLINE, all).await;
        outcome.with_context(|| format!("waited in vain until {what}: {from:?}"))?
    }

    /// Waits until what has happened so far has arrived: until everybody's next
    /// heartbeat but one.
    pub(super) async fn settle(&mut self, nodes: &Nodes) -> Result<()> {
        let publishers = nodes.all().len() * NAMES.len();
        for _ in 0..2 {
            let since_ns = wall_clock_ns();
            self.wait_for("all extractors have a heartbeat", publishers, |event| {
                let is_heartbeat = matches!(event.payload, Some(Payload::Heartbeat(_)));
                is_heartbeat && event.time_ns > since_ns
            })
            .await?;
        }
        Ok(())
    }

    /// All events in their order, up to where it was waited for something last.
    pub(super) fn finish(self) -> Vec<Event> {
        self.events.into_iter().map(Arc::unwrap_or_clone).collect()
    }
}

fn keep(news: Vec<Delivery>, events: &mut Vec<Arc<Event>>) -> Result<()> {
    for delivery in news {
        match delivery {
            Delivery::Event(event) => events.push(event),
            Delivery::Missed(count) => bail!("the recording missed {count} events"),
        }
    }
    Ok(())
}
