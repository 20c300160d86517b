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
        // Field by field, so that the body is not copied only to be thrown away.
        let payload = Payload::P2pMessage(P2pMessage {
            peer_id: message.peer_id,
            address: message.address.clone(),
            address_cut: message.address_cut,
            network: message.network,
            connection_type: message.connection_type,
            direction: message.direction,
            command: message.command.clone(),
            payload_bytes: message.payload_bytes,
            cut: Some(Cut {
                reason: reason.into(),
                kept_bytes: 0,
            }),
            trailing_bytes: message.trailing_bytes,
            body: None,
        });
        Some(Event {
            node: self.node.clone(),
            extractor: self.extractor,
            run: self.run,
            instance: self.instance,
            sequence: self.sequence,
            kind_sequence: self.kind_sequence,
            time_ns: self.time_ns,
            monotonic_ns: self.monotonic_ns,
            bus_sequence: self.bus_sequence,
            bus_time_ns: self.bus_time_ns,
            payload: Some(payload),
        })
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
