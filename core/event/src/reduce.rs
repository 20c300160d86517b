//! Reducing: under pressure payload bytes go first, then events.

use crate::{Body, Cut, CutReason, Event, P2pMessage, Payload};

impl Event {
    /// The same event without the part that takes memory, marked as cut;
    /// `None` where there is nothing to leave out.
    pub fn reduced(&self, reason: CutReason) -> Option<Event> {
        let Some(Payload::P2pMessage(message)) = &self.payload else {
            return None;
        };
        if !message.body.as_ref().is_some_and(Body::holds_memory) {
            return None;
        }
        Some(self.without_body(message, reason))
    }
}

impl P2pMessage {
    pub(crate) fn without_body(&self, reason: CutReason) -> P2pMessage {
        P2pMessage {
            body: None,
            cut: Some(Cut {
                reason: reason.into(),
                kept_bytes: 0,
            }),
            peer_id: self.peer_id,
            address: self.address.clone(),
            address_cut: self.address_cut,
            network: self.network,
            connection_type: self.connection_type,
            direction: self.direction,
            command: self.command.clone(),
            payload_bytes: self.payload_bytes,
            trailing_bytes: self.trailing_bytes,
        }
    }
}

impl Body {
    /// Can this body hold memory beyond its own size?
    pub fn holds_memory(&self) -> bool {
        !matches!(
            self,
            Body::Verack(_)
                | Body::Sendaddrv2(_)
                | Body::Sendheaders(_)
                | Body::Getaddr(_)
                | Body::Mempool(_)
                | Body::Ping(_)
                | Body::Pong(_)
                | Body::Feefilter(_)
                | Body::Sendcmpct(_)
                | Body::Filterclear(_)
                | Body::Wtxidrelay(_)
                | Body::Sendtxrcncl(_)
        )
    }
}
