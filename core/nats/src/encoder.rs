//! Events as they travel: subject and bytes, small enough for the server.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_nats::Subject;
use bytes::BytesMut;
use peer_observer_event::{CutReason, Event, Kind};
use prost::Message;
use tracing::warn;

use crate::outbox::{Entry, Outbox, reason};
use crate::subject;

/// Events are written into pieces of memory of this size, in bytes.
const CHUNK: usize = 64 << 10;

/// What the headers of a message may take of `max_payload`, in bytes.
const HEADERS_BYTES: usize = 128;

/// A server's `max_payload` unless it is told otherwise, in bytes.
const USUAL_MAX_PAYLOAD: usize = 1 << 20;

/// The largest message that the server takes, in bytes, as it said last.
pub(crate) struct MaxPayload(AtomicUsize);

impl MaxPayload {
    pub(crate) fn set(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    /// The largest event that fits.
    pub(crate) fn event_bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed).saturating_sub(HEADERS_BYTES)
    }
}

impl Default for MaxPayload {
    fn default() -> MaxPayload {
        MaxPayload(AtomicUsize::new(USUAL_MAX_PAYLOAD))
    }
}

/// Puts events into the outbox.
#[derive(Default)]
pub(crate) struct Encoder {
    /// By node and number of the kind. The nodes are those of the configuration.
    subjects: HashMap<String, Vec<Option<Subject>>>,
    /// Free memory.
    bytes: BytesMut,
    has_warned: bool,
}

impl Encoder {
    /// Puts the event into the outbox, without its body where it does not fit
    /// with it; counts it where it does not fit at all.
    pub(crate) fn put(&mut self, event: &Event, max_payload: &MaxPayload, outbox: &mut Outbox) {
        let most = max_payload.event_bytes();
        let Err(refused) = self.try_put(event, false, most, outbox) else {
            return;
        };
        let reduced = event.reduced(CutReason::Subscription);
        let is_put =
            reduced.is_some_and(|reduced| self.try_put(&reduced, true, most, outbox).is_ok());
        if !is_put {
            outbox.drop_one(refused);
        }
    }

    /// Puts it there as it is; says why not.
    fn try_put(
        &mut self,
        event: &Event,
        is_reduced: bool,
        most: usize,
        outbox: &mut Outbox,
    ) -> Result<(), &'static str> {
        let size = self.encode(event, most);
        if size > most {
            self.warn_once(size);
            return Err(reason::TOO_LARGE);
        }
        if !outbox.has_room(size) {
            return Err(reason::BUFFER_FULL);
        }
        outbox.push(Entry {
            subject: self.subject(&event.node, event.kind()),
            payload: self.bytes.split_to(size).freeze(),
            instance: event.instance,
            sequence: event.sequence,
            is_reduced,
        });
        Ok(())
    }

    /// Writes the event to the beginning of the free memory, unless it takes more
    /// than `most`; returns what it takes, in bytes.
    fn encode(&mut self, event: &Event, most: usize) -> usize {
        let mut free = &mut self.bytes[..];
        let before = free.len();
        match event.encode(&mut free) {
            Ok(()) => {
                let left = free.len();
                before - left
            }
            // It did not fit and nothing is written.
            Err(error) if error.required_capacity() > most => error.required_capacity(),
            Err(error) => {
                self.bytes = BytesMut::zeroed(CHUNK.max(error.required_capacity()));
                self.encode(event, most)
            }
        }
    }

    fn subject(&mut self, node: &str, kind: Kind) -> Subject {
        let index = kind as usize;
        if let Some(Some(known)) = self.subjects.get(node).and_then(|known| known.get(index)) {
            return known.clone();
        }
        let subject = Subject::from(subject::of(node, kind));
        let known = self.subjects.entry(node.to_owned()).or_default();
        known.resize(known.len().max(index + 1), None);
        known[index] = Some(subject.clone());
        subject
    }

    fn warn_once(&mut self, size: usize) {
        if !std::mem::replace(&mut self.has_warned, true) {
            warn!(
                "an event of {size} bytes is larger than the NATS server takes: it goes without its \
                 body, as all that follow; raise `max_payload` in the server's configuration, 8MB is \
                 enough for every block"
            );
        }
    }
}
