//! Events on their way into one frame.

use axum::extract::ws::{Message, Utf8Bytes};
use peer_observer_event::{CutReason, Event, Payload};
use prost::Message as _;

use super::request::Format;

/// A frame is sent when it holds so many events...
pub(super) const MOST_EVENTS: usize = 256;
/// ...or so many bytes. One large event makes it longer.
const FULL_BYTES: usize = 256 << 10;

const START: &[u8] = b"{\"events\":[";
const END: &[u8] = b"]}";

/// A frame that is being filled.
pub(super) struct Batch {
    format: Format,
    buffer: Vec<u8>,
    /// Events in it that are as they were published.
    pub(super) whole: u64,
    /// Events in it that the subscription had to reduce.
    pub(super) reduced: u64,
}

impl Batch {
    pub(super) fn new(format: Format) -> Batch {
        Batch {
            format,
            buffer: Vec::new(),
            whole: 0,
            reduced: 0,
        }
    }

    pub(super) fn add(&mut self, event: &Event) {
        match self.format {
            Format::Json => {
                self.buffer
                    .extend_from_slice(if self.is_empty() { START } else { b"," });
                serde_json::to_writer(&mut self.buffer, event)
                    .expect("an event holds no map with keys that are not text, and memory takes all writes");
            }
            Format::Protobuf => event
                .encode_length_delimited(&mut self.buffer)
                .expect("a vector has room for every event"),
        }
        match is_reduced(event) {
            true => self.reduced += 1,
            false => self.whole += 1,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.whole + self.reduced == 0
    }

    /// As [`Batch::add`], unless the event is longer than so many bytes.
    pub(super) fn add_up_to(&mut self, event: &Event, most: usize) -> bool {
        let (before, counts) = (self.buffer.len(), (self.whole, self.reduced));
        self.add(event);
        if self.buffer.len() - before <= most {
            return true;
        }
        self.buffer.truncate(before);
        (self.whole, self.reduced) = counts;
        false
    }

    /// Bytes in it so far.
    pub(super) fn len(&self) -> usize {
        self.buffer.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.whole + self.reduced >= MOST_EVENTS as u64 || self.buffer.len() >= FULL_BYTES
    }

    /// The frame; the batch is empty afterwards.
    pub(super) fn take_frame(&mut self) -> Message {
        (self.whole, self.reduced) = (0, 0);
        let mut buffer = std::mem::take(&mut self.buffer);
        match self.format {
            Format::Json => {
                buffer.extend_from_slice(END);
                let text = Utf8Bytes::try_from(bytes::Bytes::from(buffer));
                Message::Text(text.expect("serde_json writes UTF-8"))
            }
            Format::Protobuf => Message::Binary(buffer.into()),
        }
    }
}

/// Did the subscription's queue take the event's body away?
fn is_reduced(event: &Event) -> bool {
    let Some(Payload::P2pMessage(message)) = &event.payload else {
        return false;
    };
    message
        .cut
        .as_ref()
        .is_some_and(|cut| cut.reason() == CutReason::Subscription)
}
