//! Messages as they stand on the wire, made before they are needed.

use anyhow::Result;
use peer_observer_event::Body;
use peer_observer_p2p::{V1Header, codec, magic};

/// v1 frames, one behind the other, with regtest's magic: no others can be made.
#[derive(Clone, Default)]
pub(super) struct Frames {
    bytes: Vec<u8>,
    messages: u64,
}

impl Frames {
    pub(super) fn push(&mut self, body: &Body) -> Result<()> {
        let payload = codec::encode(body)?;
        let header = V1Header::new(magic::REGTEST, body.word(), &payload)?;
        self.bytes.extend_from_slice(&header.to_bytes());
        self.bytes.extend_from_slice(&payload);
        self.messages += 1;
        Ok(())
    }

    pub(super) fn append(&mut self, other: &Frames) {
        self.bytes.extend_from_slice(&other.bytes);
        self.messages += other.messages;
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn messages(&self) -> u64 {
        self.messages
    }
}
