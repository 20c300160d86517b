//! From the configuration to the eBPF extractor.

use peer_observer_ebpf::{Ebpf, EbpfSettings, Groups, KeepSettings, RingBytes, Variant};

use crate::config::{EbpfConfig, KeepConfig, NodeConfig, VariantWord};

/// The extractor of one node.
pub(crate) fn extractor(node: &NodeConfig, config: &EbpfConfig) -> Ebpf {
    Ebpf::new(node.settings(), settings(config))
}

/// The extractor's settings.
pub(crate) fn settings(config: &EbpfConfig) -> EbpfSettings {
    EbpfSettings {
        variant: variant(config.variant),
        // The configuration has checked the same range.
        ring_bytes: RingBytes::new(config.ring_bytes.bytes()).unwrap_or_default(),
        groups: Groups {
            p2p_messages: config.p2p_messages,
            connections: config.connections,
            mempool: config.mempool,
            validation: config.validation,
            utxocache: config.utxocache,
        },
        keep: keep_settings(&config.keep),
    }
}

fn variant(word: VariantWord) -> Variant {
    match word {
        VariantWord::Auto => Variant::Auto,
        VariantWord::Kfunc => Variant::Kfunc,
        VariantWord::Dynptr => Variant::Dynptr,
        VariantWord::Basic => Variant::Basic,
    }
}

fn keep_settings(config: &KeepConfig<true>) -> KeepSettings {
    KeepSettings {
        default: config.default.keep(),
        commands: config.by_command(),
    }
}
