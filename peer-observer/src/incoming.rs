//! Events that standard input brings, put on the bus; what is missing between
//! them is counted.

use std::io::stdin;
use std::os::fd::AsFd;
use std::time::Duration;

use anyhow::{Context, bail};
use peer_observer_bus::{Arrivals, Bus};
use peer_observer_event::KindSet;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::frames::Decoder;

/// Bytes per read.
const READ: usize = 256 << 10;

/// While more deliveries than these wait for the tool, nothing is read: a file
/// is read as fast as the tool works, and a live extractor learns that it has to drop.
const MOST_WAITING: usize = 16_384;
const WAIT: Duration = Duration::from_millis(1);

/// Reads standard input to its end. `paced_by` names the subscription that
/// should not be overrun.
pub(crate) async fn read_events(bus: &Bus, paced_by: &str) -> anyhow::Result<()> {
    // As a file: standard input's own buffer and lock are of no use here.
    let input = stdin()
        .as_fd()
        .try_clone_to_owned()
        .context("there is no standard input")?;
    read_from(tokio::fs::File::from_std(input.into()), bus, paced_by).await
}

async fn read_from(
    mut input: impl AsyncRead + Unpin,
    bus: &Bus,
    paced_by: &str,
) -> anyhow::Result<()> {
    let mut decoder = Decoder::default();
    let mut arrivals = Arrivals::new(KindSet::ALL);
    let hop = bus.hop("stdin", "");
    let mut bytes = vec![0; READ];
    let mut events = Vec::new();
    loop {
        let count = input.read(&mut bytes).await.context("cannot read")?;
        if count == 0 {
            break;
        }
        decoder.push(&bytes[..count]);
        let mut missing = 0;
        while let Some((event, size)) = decoder.next_event()? {
            if !is_name(&event.node) {
                bail!(
                    "this is no stream of an extractor: an event of a node named {:?}",
                    event.node
                );
            }
            missing += arrivals.arrived(&event).missing;
            events.push((event, size));
        }
        hop.add(events.len() as u64, 0, &[("missing", missing)]);
        bus.missed(missing);
        bus.forward(&mut events);
        while waiting(bus, paced_by) > MOST_WAITING {
            tokio::time::sleep(WAIT).await;
        }
    }
    match decoder.incomplete_bytes() {
        0 => Ok(()),
        bytes => bail!("the stream broke off in the middle of an event, after {bytes} bytes of it"),
    }
}

fn waiting(bus: &Bus, name: &str) -> usize {
    let all = bus.subscriptions();
    all.iter()
        .find(|subscription| subscription.name == name)
        .map_or(0, |found| found.depth)
}

/// As in the configuration.
fn is_name(text: &str) -> bool {
    let letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    (1..=32).contains(&text.len()) && text.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use peer_observer_bus::{Delivery, Draft, SubscriptionOptions};
    use peer_observer_event::{Event, Extractor, NodeBack, Payload, Started};

    use super::*;
    use crate::frames;

    /// What an extractor publishes, without the events at these places.
    async fn stream(without: &[usize]) -> Vec<u8> {
        let bus = Bus::in_process();
        let mut subscription = bus.subscribe(SubscriptionOptions::new("test"));
        let mut publisher = bus.publisher("alice", Extractor::Rpc);
        for _ in 0..5 {
            publisher.publish(Draft::now(Payload::Started(Started::default())));
            publisher.publish(Draft::now(Payload::NodeBack(NodeBack::default())));
        }
        publisher.heartbeat(Vec::new());
        bus.close();
        let mut deliveries = Vec::new();
        while subscription.receive(&mut deliveries, 100).await {}
        let mut bytes = Vec::new();
        for (place, delivery) in deliveries.iter().enumerate() {
            match delivery {
                Delivery::Event(event) if !without.contains(&place) => {
                    frames::encode(event, &mut bytes).unwrap();
                }
                _ => {}
            }
        }
        bytes
    }

    /// What came, and how many events the subscription was told to have missed.
    async fn forwarded(bytes: &[u8]) -> (Bus, Vec<Event>, u64, anyhow::Result<()>) {
        let bus = Bus::in_process();
        let mut subscription = bus.subscribe(SubscriptionOptions::new("test"));
        let read = read_from(bytes, &bus, "test").await;
        bus.close();
        let mut deliveries = Vec::new();
        while subscription.receive(&mut deliveries, 100).await {}
        let (mut events, mut missed) = (Vec::new(), 0);
        for delivery in deliveries {
            match delivery {
                Delivery::Event(event) => events.push((*event).clone()),
                Delivery::Missed(count) => missed += count,
            }
        }
        (bus, events, missed, read)
    }

    #[tokio::test]
    async fn events_keep_who_they_are_and_get_a_new_place() {
        let (bus, events, missed, read) = forwarded(&stream(&[]).await).await;
        read.unwrap();
        assert_eq!(missed, 0);
        let sequences: Vec<u64> = events.iter().map(|event| event.sequence).collect();
        assert_eq!(sequences, (1..=11).collect::<Vec<_>>());
        assert!(
            events
                .iter()
                .all(|event| event.node == "alice" && event.instance != 0)
        );
        assert!(events.is_sorted_by_key(|event| event.bus_sequence));
        let hop = bus.hop("stdin", "").count();
        assert_eq!((hop.attempted, hop.whole), (11, 11));
    }

    #[tokio::test]
    async fn what_is_missing_is_counted_even_at_the_end() {
        let (bus, events, missed, read) = forwarded(&stream(&[3, 4, 8, 9]).await).await;
        read.unwrap();
        assert_eq!((events.len(), missed), (7, 4));
        let hop = bus.hop("stdin", "").count();
        assert_eq!((hop.attempted, hop.whole, hop.dropped[0].count), (11, 7, 4));
    }

    #[tokio::test]
    async fn a_stream_that_breaks_off_says_so() {
        let bytes = stream(&[]).await;
        let (_, events, _, read) = forwarded(&bytes[..bytes.len() - 1]).await;
        assert_eq!(events.len(), 10);
        assert!(read.unwrap_err().to_string().contains("broke off"));
    }
}
