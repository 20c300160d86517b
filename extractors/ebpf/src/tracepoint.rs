//! Bitcoin Core's tracepoints (doc/tracing.md there).

use peer_observer_event::Direction;

use crate::settings::Groups;

/// A tracepoint. The numbers are those of `src/bpf/records.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Named as in Core.
#[repr(u32)]
pub enum Tracepoint {
    NetInboundMessage = 0,
    NetOutboundMessage = 1,
    NetInboundConnection = 2,
    NetOutboundConnection = 3,
    NetClosedConnection = 4,
    NetEvictedInboundConnection = 5,
    NetMisbehavingConnection = 6,
    MempoolAdded = 7,
    MempoolRemoved = 8,
    MempoolReplaced = 9,
    MempoolRejected = 10,
    ValidationBlockConnected = 11,
    UtxocacheAdd = 12,
    UtxocacheSpent = 13,
    UtxocacheUncache = 14,
    UtxocacheFlush = 15,
}

use Tracepoint::*;

impl Tracepoint {
    /// All of them, at the place of their number.
    pub const ALL: [Tracepoint; 16] = [
        NetInboundMessage,
        NetOutboundMessage,
        NetInboundConnection,
        NetOutboundConnection,
        NetClosedConnection,
        NetEvictedInboundConnection,
        NetMisbehavingConnection,
        MempoolAdded,
        MempoolRemoved,
        MempoolReplaced,
        MempoolRejected,
        ValidationBlockConnected,
        UtxocacheAdd,
        UtxocacheSpent,
        UtxocacheUncache,
        UtxocacheFlush,
    ];

    /// The tracepoint with this number.
    pub fn from_number(number: u32) -> Option<Tracepoint> {
        Self::ALL.get(number as usize).copied()
    }

    /// Provider and name, as in the node's binary.
    pub const fn provider_and_name(self) -> (&'static str, &'static str) {
        match self {
            NetInboundMessage => ("net", "inbound_message"),
            NetOutboundMessage => ("net", "outbound_message"),
            NetInboundConnection => ("net", "inbound_connection"),
            NetOutboundConnection => ("net", "outbound_connection"),
            NetClosedConnection => ("net", "closed_connection"),
            NetEvictedInboundConnection => ("net", "evicted_inbound_connection"),
            NetMisbehavingConnection => ("net", "misbehaving_connection"),
            MempoolAdded => ("mempool", "added"),
            MempoolRemoved => ("mempool", "removed"),
            MempoolReplaced => ("mempool", "replaced"),
            MempoolRejected => ("mempool", "rejected"),
            ValidationBlockConnected => ("validation", "block_connected"),
            UtxocacheAdd => ("utxocache", "add"),
            UtxocacheSpent => ("utxocache", "spent"),
            UtxocacheUncache => ("utxocache", "uncache"),
            UtxocacheFlush => ("utxocache", "flush"),
        }
    }

    /// How many arguments the tracepoint has in the versions that we know (29 to 31).
    pub const fn argument_count(self) -> usize {
        match self {
            NetInboundMessage | NetOutboundMessage | ValidationBlockConnected => 6,
            NetMisbehavingConnection | MempoolRejected => 2,
            MempoolAdded => 3,
            MempoolReplaced => 8,
            _ => 5,
        }
    }

    /// `provider:name`.
    pub const fn word(self) -> &'static str {
        match self {
            NetInboundMessage => "net:inbound_message",
            NetOutboundMessage => "net:outbound_message",
            NetInboundConnection => "net:inbound_connection",
            NetOutboundConnection => "net:outbound_connection",
            NetClosedConnection => "net:closed_connection",
            NetEvictedInboundConnection => "net:evicted_inbound_connection",
            NetMisbehavingConnection => "net:misbehaving_connection",
            MempoolAdded => "mempool:added",
            MempoolRemoved => "mempool:removed",
            MempoolReplaced => "mempool:replaced",
            MempoolRejected => "mempool:rejected",
            ValidationBlockConnected => "validation:block_connected",
            UtxocacheAdd => "utxocache:add",
            UtxocacheSpent => "utxocache:spent",
            UtxocacheUncache => "utxocache:uncache",
            UtxocacheFlush => "utxocache:flush",
        }
    }

    /// Is it one of the two that carry P2P messages?
    pub const fn is_message(self) -> bool {
        matches!(self, NetInboundMessage | NetOutboundMessage)
    }

    /// Direction of the message or of the new connection.
    pub const fn direction(self) -> Direction {
        match self {
            NetInboundMessage | NetInboundConnection => Direction::Inbound,
            NetOutboundMessage | NetOutboundConnection => Direction::Outbound,
            _ => Direction::Unspecified,
        }
    }

    /// Do these groups want it?
    pub const fn is_in(self, groups: &Groups) -> bool {
        match self {
            NetInboundMessage | NetOutboundMessage => groups.p2p_messages,
            NetInboundConnection
            | NetOutboundConnection
            | NetClosedConnection
            | NetEvictedInboundConnection
            | NetMisbehavingConnection => groups.connections,
            MempoolAdded | MempoolRemoved | MempoolReplaced | MempoolRejected => groups.mempool,
            ValidationBlockConnected => groups.validation,
            UtxocacheAdd | UtxocacheSpent | UtxocacheUncache | UtxocacheFlush => groups.utxocache,
        }
    }
}
