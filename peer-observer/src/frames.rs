//! Events as bytes: each a length and a `peer_observer.v1.Event`, one after the other.

use anyhow::{Context, bail};
use peer_observer_event::Event;
use prost::Message;

/// The largest event that is read, in bytes; the largest that is written has
/// one P2P message of 4 MB.
pub(crate) const LARGEST_FRAME: usize = 64 << 20;

/// A length takes at most so many bytes.
const LARGEST_PREFIX: usize = 10;

/// Appends one event.
pub(crate) fn encode(event: &Event, into: &mut Vec<u8>) -> anyhow::Result<()> {
    event
        .encode_length_delimited(into)
        .context("an event could not be written to memory")
}

/// Bytes as they come, events as they are complete.
#[derive(Default)]
pub(crate) struct Decoder {
    bytes: Vec<u8>,
    /// Of `bytes`, so many have been decoded.
    taken: usize,
}

impl Decoder {
    /// More bytes have come.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next event and its size; `None` until more bytes have come.
    pub(crate) fn next_event(&mut self) -> anyhow::Result<Option<(Event, usize)>> {
        let waiting = &self.bytes[self.taken..];
        let mut rest = waiting;
        let Ok(size) = prost::decode_length_delimiter(&mut rest) else {
            if waiting.len() < LARGEST_PREFIX {
                return Ok(None);
            }
            bail!("this is no stream of events: no length where one must be");
        };
        if size > LARGEST_FRAME {
            bail!(
                "this is no stream of events, or one of another version: an event of {size} bytes"
            );
        }
        if rest.len() < size {
            return Ok(None);
        }
        let event = Event::decode(&rest[..size])
            .context("this is no stream of events, or one of another version")?;
        self.taken += waiting.len() - rest.len() + size;
        Ok(Some((event, size)))
    }

    /// Bytes that belong to an event that is not complete.
    pub(crate) fn incomplete_bytes(&self) -> usize {
        self.bytes.len() - self.taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(sequence: u64) -> Event {
        Event {
            node: "alice".to_owned(),
            sequence,
            ..Event::default()
        }
    }

    #[test]
    fn events_come_out_however_the_bytes_are_cut() {
        let mut bytes = Vec::new();
        (1..=3).for_each(|sequence| encode(&event(sequence), &mut bytes).unwrap());
        for size in 1..bytes.len() {
            let mut decoder = Decoder::default();
            let mut events = Vec::new();
            for piece in bytes.chunks(size) {
                decoder.push(piece);
                while let Some((event, _)) = decoder.next_event().unwrap() {
                    events.push(event.sequence);
                }
            }
            assert_eq!(events, [1, 2, 3], "pieces of {size}");
            assert_eq!(decoder.incomplete_bytes(), 0);
        }
    }

    #[test]
    fn what_is_no_stream_of_events_is_an_error_and_takes_no_memory() {
        for bytes in [
            &b"HTTP/1.1 200 OK, and more"[..],
            &[0xff; 16],
            &[0xff, 0xff, 0xff, 0xff, 7],
        ] {
            let mut decoder = Decoder::default();
            decoder.push(bytes);
            let mut outcome = decoder.next_event();
            if let Ok(None) = outcome {
                decoder.push(&[0; 100]);
                outcome = decoder.next_event();
            }
            assert!(outcome.is_err(), "{bytes:?}: {outcome:?}");
        }
    }
}
