//! Plays what was read onto a bus.

use std::sync::Arc;
use std::time::Instant;

use peer_observer_bus::Bus;
use peer_observer_component::CancellationToken;
use peer_observer_event::Event;
use tracing::warn;

use super::decoder::{Decoded, decode};
use super::pace::{Pace, Speed};
use super::progress::Progress;
use crate::source::{InputError, Merge};

/// What was played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// Events.
    pub events: u64,
    /// Events that do not follow the schema and were left out.
    pub undecodable: u64,
    /// Places where something could not be read. Each is told in the log.
    pub troubles: u64,
}

/// Plays everything onto the bus, which has to be one of a recording
/// ([`Bus::of_recording`]), until the end or shutdown. The bus stays open.
///
/// # Errors
/// Where a file cannot be read. Damage in a file is told, and is no error.
pub async fn play(
    merge: Merge,
    speed: Speed,
    bus: &Bus,
    progress: Arc<Progress>,
    shutdown: &CancellationToken,
) -> Result<Played, InputError> {
    let mut decoded = decode(merge, Arc::clone(&progress));
    let mut pace = Pace::new(speed);
    let mut played = Played::default();
    loop {
        let next = tokio::select! {
            next = decoded.recv() => next,
            () = shutdown.cancelled() => return Ok(played),
        };
        let Some(next) = next else {
            return Ok(played);
        };
        match next {
            Decoded::Events(events) => {
                played.events += events.len() as u64;
                tokio::select! {
                    () = publish(events, &mut pace, bus, &progress) => {}
                    () = shutdown.cancelled() => return Ok(played),
                }
            }
            Decoded::Trouble(trouble) => {
                warn!("{trouble}");
                played.troubles += 1;
            }
            Decoded::Undecodable => played.undecodable += 1,
            Decoded::Failed(error) => return Err(error),
        }
    }
}

/// Publishes each event when it is due.
async fn publish(
    events: Vec<(Arc<Event>, usize)>,
    pace: &mut Pace,
    bus: &Bus,
    progress: &Progress,
) {
    let mut due: Vec<(Arc<Event>, usize)> = Vec::new();
    let mut now = Instant::now();
    for (event, bulk_bytes) in events {
        if let Some(moment) = pace.due(event.bus_time_ns, now)
            && moment > now
        {
            hand_over(&mut due, bus, progress).await;
            tokio::time::sleep_until(moment.into()).await;
            now = Instant::now();
        }
        due.push((event, bulk_bytes));
    }
    hand_over(&mut due, bus, progress).await;
}

async fn hand_over(events: &mut Vec<(Arc<Event>, usize)>, bus: &Bus, progress: &Progress) {
    let Some((last, _)) = events.last() else {
        return;
    };
    let (count, bus_time_ns) = (events.len() as u64, last.bus_time_ns);
    bus.replay(events).await;
    progress.published(count, bus_time_ns);
}
