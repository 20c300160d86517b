//! Reads and decodes on a thread, ahead of what is played.

use std::sync::Arc;

use peer_observer_archive::EventBlock;
use peer_observer_event::Event;
use prost::Message;
use tokio::sync::mpsc::{self, Receiver};

use super::progress::Progress;
use crate::source::{InputError, Merge, Step, Trouble};
use crate::thread::spawn;

/// Batches that are decoded ahead.
const AHEAD: usize = 2;
/// Events that go onto the bus together: subscribers start early, and a queue
/// with room for them is soon found.
const EVENTS: usize = 1024;
/// The same, in bytes of their bodies.
const BULK_BYTES: usize = 1 << 20;
/// A body that takes less does not count, as with live events.
const SMALL_BYTES: usize = 512;

/// What was read.
pub(crate) enum Decoded {
    /// Each with the memory of its body, in bytes.
    Events(Vec<(Arc<Event>, usize)>),
    Trouble(Trouble),
    /// An event that is none, or that does not follow the schema.
    Undecodable,
    Failed(InputError),
}

/// Decodes everything; the thread ends when nobody receives.
pub(crate) fn decode(mut merge: Merge, progress: Arc<Progress>) -> Receiver<Decoded> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    spawn("archive decode", move || {
        loop {
            let step = merge.next();
            progress.read(merge.bytes_read());
            let sent = match step {
                Ok(Some(Step::Events(block))) => {
                    let sent = decode_block(&block, |it| sender.blocking_send(it).is_ok());
                    merge.recycle(block);
                    sent
                }
                Ok(Some(Step::Trouble(trouble))) => {
                    sender.blocking_send(Decoded::Trouble(trouble)).is_ok()
                }
                Ok(None) => return,
                Err(error) => {
                    // Who does not listen any more does not want to know.
                    let _ = sender.blocking_send(Decoded::Failed(error));
                    return;
                }
            };
            if !sent {
                return;
            }
        }
    });
    receiver
}

/// Calls `send` with the events in groups until it says `false`.
fn decode_block(block: &EventBlock, mut send: impl FnMut(Decoded) -> bool) -> bool {
    let mut events = Vec::with_capacity(EVENTS.min(block.len()));
    let mut bulk_bytes = 0;
    for bytes in block.iter() {
        let Some(event) = decode_event(bytes) else {
            if !send(Decoded::Events(std::mem::take(&mut events))) || !send(Decoded::Undecodable) {
                return false;
            }
            continue;
        };
        let bulk = if bytes.len() > SMALL_BYTES {
            bytes.len()
        } else {
            0
        };
        bulk_bytes += bulk;
        events.push((event, bulk));
        if events.len() >= EVENTS || bulk_bytes >= BULK_BYTES {
            let full = std::mem::replace(&mut events, Vec::with_capacity(EVENTS));
            bulk_bytes = 0;
            if !send(Decoded::Events(full)) {
                return false;
            }
        }
    }
    events.is_empty() || send(Decoded::Events(events))
}

/// Decodes in place: an event is large, and moving it costs.
fn decode_event(bytes: &[u8]) -> Option<Arc<Event>> {
    let mut event = Arc::new(Event::default());
    Arc::get_mut(&mut event)?.merge(bytes).ok()?;
    Some(event)
}
