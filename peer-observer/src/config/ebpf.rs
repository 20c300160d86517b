//! `[ebpf]`: what is read from the node's tracepoints.

use serde::{Deserialize, Serialize};

use super::keep::KeepConfig;
use super::size::RingSize;

/// `[ebpf]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EbpfConfig {
    /// Are the tracepoints read at all?
    pub(crate) enabled: bool,
    /// How P2P payloads get into the ring.
    pub(crate) variant: VariantWord,
    /// Memory of the ring, per node; the kernel rounds up to a power of two.
    pub(crate) ring_bytes: RingSize,
    /// net:inbound_message, net:outbound_message.
    pub(crate) p2p_messages: bool,
    /// The other five of net.
    pub(crate) connections: bool,
    /// The four of mempool.
    pub(crate) mempool: bool,
    /// validation:block_connected.
    pub(crate) validation: bool,
    /// The four of utxocache.
    pub(crate) utxocache: bool,
    /// `[ebpf.keep]`
    pub(crate) keep: KeepConfig<true>,
}

impl Default for EbpfConfig {
    fn default() -> EbpfConfig {
        EbpfConfig {
            enabled: true,
            variant: VariantWord::Auto,
            ring_bytes: RingSize::nearest(16 << 20),
            p2p_messages: true,
            connections: true,
            mempool: true,
            validation: true,
            utxocache: false,
            keep: KeepConfig::default(),
        }
    }
}

/// How P2P payloads get into the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum VariantWord {
    /// The best that the kernel offers.
    Auto,
    /// Linux 6.16 and newer.
    Kfunc,
    /// Linux 5.19 and newer.
    Dynptr,
    /// Linux 5.8 and newer.
    Basic,
}
