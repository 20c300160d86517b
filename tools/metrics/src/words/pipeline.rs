//! Words of the pipeline: hops, and why events are lost.

use peer_observer_event::{Extractor, GapReason};

use super::listed;

/// Hops that extractors and the bus report.
pub(crate) const HOPS: [&str; 13] = [
    "ring",
    "decoder",
    "rpc",
    "log",
    "p2p",
    "ipc",
    "process",
    "stdin",
    "subscription",
    "websocket",
    "archive",
    "nats_publish",
    "nats_receive",
];

/// Why a hop drops.
pub(crate) const DROP_REASONS: [&str; 47] = [
    // In the kernel, and on the way out of the ring.
    "ring_full",
    "read_fault",
    "record",
    // On the bus, behind it and in front of it.
    "queue_full",
    "client_gone",
    "missing",
    // Over NATS.
    "buffer_full",
    "unconfirmed",
    "expired",
    // Into the archive.
    "disk_full",
    "write_failed",
    "too_long",
    // RPC calls.
    "unreachable",
    "timeout",
    "unauthorized",
    "no_credentials",
    "refused",
    "unknown_method",
    "starting",
    "busy",
    "too_large",
    "garbage",
    "failed",
    "bad_address",
    // Our own P2P connection.
    "closed",
    "wrong_network",
    "transport",
    "checksum",
    "undecodable",
    "handshake",
    "broken",
    "not_our_node",
    "duplicate",
    "too_many",
    // Blocks and calls over IPC.
    "no_socket",
    "permission_denied",
    "disconnected",
    "stopping",
    "no_thread",
    "initial_block_download",
    "not_looked_up",
    // Readings of the node's process.
    "node_gone",
    "permission",
    "not_supported",
    "malformed",
    "read_failed",
    "above_limit",
];

/// A hop's name.
pub(crate) fn hop(name: &str) -> &'static str {
    listed(&HOPS, name)
}

/// The reason why a hop drops.
pub(crate) fn drop_reason(reason: &str) -> &'static str {
    listed(&DROP_REASONS, reason)
}

/// Reasons for which such a hop is known to drop. Each part of a hop has a
/// series for each from the beginning, so they are few: the RPC methods alone
/// have 18 parts.
pub(crate) fn usual_drop_reasons(hop: &str) -> &'static [&'static str] {
    match hop {
        "ring" => &["ring_full", "read_fault"],
        "decoder" => &["record"],
        "rpc" => &["unreachable", "timeout", "busy"],
        "p2p" => &["timeout", "checksum", "undecodable"],
        "ipc" => &["timeout", "disconnected"],
        "process" => &["read_failed"],
        "subscription" => &["queue_full"],
        "websocket" => &["client_gone"],
        "stdin" => &["missing"],
        "archive" => &["disk_full", "write_failed"],
        "nats_publish" => &["buffer_full", "too_large"],
        "nats_receive" => &["missing"],
        _ => &[],
    }
}

/// Reasons that the gaps of an extractor can have.
pub(crate) fn gap_reasons(extractor: Extractor) -> &'static [GapReason] {
    match extractor {
        Extractor::Ebpf => &[
            GapReason::RingFull,
            GapReason::ReadFault,
            GapReason::NotAttached,
            GapReason::Record,
        ],
        Extractor::Log => &[GapReason::NotAttached, GapReason::FileReplaced],
        Extractor::P2p | Extractor::Ipc | Extractor::Process => &[GapReason::NotAttached],
        // A call without reply is a drop of the hop `rpc`.
        Extractor::Rpc | Extractor::Unspecified | Extractor::Bus | Extractor::Alerts => &[],
    }
}
