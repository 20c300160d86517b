//! How much of a P2P message's body somebody wants to keep.

use crate::{Body, CutReason, Event, P2pMessage, Payload, Transaction};

/// How many bytes of a payload that has no decoder, or does not decode, are
/// kept unless the setting is [`Keep::Full`].
pub const FIRST_BYTES: usize = 256;

/// How much of a message's body is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Everything, raw transactions included.
    Full,
    /// Ids, counts and sizes instead of raw transactions; at most the first
    /// [`FIRST_BYTES`] of what has no decoder or does not decode. The same as
    /// `Full` for everything else.
    Summary,
    /// No body at all.
    Nothing,
}

impl Event {
    /// The same event with so much of its body, where it is a P2P message that
    /// has more; else `None`.
    pub fn kept(&self, keep: Keep) -> Option<Event> {
        let Some(Payload::P2pMessage(message)) = &self.payload else {
            return None;
        };
        let body = message.body.as_ref()?;
        match keep {
            Keep::Full => None,
            Keep::Nothing => Some(self.without_body(message, CutReason::Setting)),
            Keep::Summary if body.is_summary() => None,
            Keep::Summary => {
                let mut event = self.clone();
                if let Some(Payload::P2pMessage(message)) = &mut event.payload
                    && let Some(body) = &mut message.body
                {
                    body.summarize();
                }
                Some(event)
            }
        }
    }

    /// The same event without its message's body. Field by field, so that the
    /// body is not copied only to be thrown away.
    pub(crate) fn without_body(&self, message: &P2pMessage, reason: CutReason) -> Event {
        Event {
            node: self.node.clone(),
            payload: Some(Payload::P2pMessage(message.without_body(reason))),
            extractor: self.extractor,
            run: self.run,
            instance: self.instance,
            sequence: self.sequence,
            kind_sequence: self.kind_sequence,
            time_ns: self.time_ns,
            monotonic_ns: self.monotonic_ns,
            bus_sequence: self.bus_sequence,
            bus_time_ns: self.bus_time_ns,
        }
    }
}

impl Body {
    /// Does [`Keep::Summary`] leave it as it is?
    fn is_summary(&self) -> bool {
        let has_raw = |transactions: &[Transaction]| transactions.iter().any(|tx| tx.raw.is_some());
        match self {
            Body::Tx(tx) => tx.raw.is_none(),
            Body::Block(block) => !has_raw(&block.transactions),
            Body::Blocktxn(blocktxn) => !has_raw(&blocktxn.transactions),
            Body::Cmpctblock(block) => block.prefilled.iter().all(|prefilled| {
                prefilled
                    .transaction
                    .as_ref()
                    .is_none_or(|tx| tx.raw.is_none())
            }),
            Body::Unknown(unknown) => unknown.first_bytes.len() <= FIRST_BYTES,
            Body::Undecodable(undecodable) => undecodable.first_bytes.len() <= FIRST_BYTES,
            _ => true,
        }
    }

    fn summarize(&mut self) {
        match self {
            Body::Tx(tx) => tx.raw = None,
            Body::Block(block) => block.transactions.iter_mut().for_each(|tx| tx.raw = None),
            Body::Blocktxn(blocktxn) => {
                blocktxn
                    .transactions
                    .iter_mut()
                    .for_each(|tx| tx.raw = None);
            }
            Body::Cmpctblock(block) => {
                let prefilled = block.prefilled.iter_mut();
                let transactions = prefilled.filter_map(|prefilled| prefilled.transaction.as_mut());
                transactions.for_each(|tx| tx.raw = None);
            }
            // Copied: a slice would hold on to all of it.
            Body::Unknown(unknown) => shorten(&mut unknown.first_bytes),
            Body::Undecodable(undecodable) => shorten(&mut undecodable.first_bytes),
            _ => {}
        }
    }
}

fn shorten(bytes: &mut bytes::Bytes) {
    let kept = FIRST_BYTES.min(bytes.len());
    *bytes = bytes::Bytes::copy_from_slice(&bytes[..kept]);
}
