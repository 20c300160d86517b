//! What can be set.

use std::collections::BTreeMap;

use peer_observer_p2p::codec::Keep;

/// Settings of the extractor.
#[derive(Clone, Debug, Default)]
pub struct EbpfSettings {
    /// How P2P payloads get into the ring.
    pub variant: Variant,
    /// Size of the ring. Default 16 MiB.
    pub ring_bytes: RingBytes,
    /// Which tracepoints are attached.
    pub groups: Groups,
    /// How much of P2P messages is kept.
    pub keep: KeepSettings,
}

/// Size of the ring in bytes, from 4 KiB to 64 MiB. The kernel wants a power of two: others are rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingBytes(u32);

impl RingBytes {
    /// The smallest ring: a few hundred small messages.
    pub const SMALLEST: u32 = 1 << 12;
    /// The largest ring.
    pub const LARGEST: u32 = 64 << 20;

    /// A ring of at least so many bytes; `None` outside of the range.
    pub fn new(bytes: u64) -> Option<RingBytes> {
        let bytes = u32::try_from(bytes).ok()?;
        (Self::SMALLEST..=Self::LARGEST)
            .contains(&bytes)
            .then(|| RingBytes(bytes.next_power_of_two()))
    }

    /// The size, a power of two.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for RingBytes {
    fn default() -> RingBytes {
        RingBytes(16 << 20)
    }
}

/// How P2P payloads get into the ring: by what the kernel offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// The first of the others that this kernel takes.
    #[default]
    Auto,
    /// Linux 6.16 and newer: one call copies a payload of any size.
    Kfunc,
    /// Linux 5.19 and newer: records of exact size, filled piece by piece.
    Dynptr,
    /// Linux 5.8 and newer: records of the next power of two.
    Basic,
}

impl Variant {
    /// The word in the configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Variant::Auto => "auto",
            Variant::Kfunc => "kfunc",
            Variant::Dynptr => "dynptr",
            Variant::Basic => "basic",
        }
    }

    /// The variant with this word.
    pub fn from_word(word: &str) -> Option<Variant> {
        [
            Variant::Auto,
            Variant::Kfunc,
            Variant::Dynptr,
            Variant::Basic,
        ]
        .into_iter()
        .find(|variant| variant.word() == word)
    }
}

/// Which tracepoints are attached, by group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Groups {
    /// net:inbound_message and net:outbound_message.
    pub p2p_messages: bool,
    /// The other five of net.
    pub connections: bool,
    /// The four of mempool.
    pub mempool: bool,
    /// validation:block_connected.
    pub validation: bool,
    /// The four of utxocache: more than 100,000 a second while the node catches up.
    pub utxocache: bool,
}

impl Default for Groups {
    fn default() -> Groups {
        Groups {
            p2p_messages: true,
            connections: true,
            mempool: true,
            validation: true,
            utxocache: false,
        }
    }
}

/// How much of P2P messages is kept, by command.
#[derive(Clone, Debug)]
pub struct KeepSettings {
    /// For commands that are not listed.
    pub default: Keep,
    /// For these.
    pub commands: BTreeMap<String, Keep>,
}

impl Default for KeepSettings {
    fn default() -> KeepSettings {
        let large = ["tx", "block", "cmpctblock", "blocktxn"];
        KeepSettings {
            default: Keep::Full,
            commands: large
                .into_iter()
                .map(|command| (command.to_owned(), Keep::Summary))
                .collect(),
        }
    }
}

impl KeepSettings {
    /// How much of a message of this type is kept.
    pub fn of(&self, command: &str) -> Keep {
        self.commands.get(command).copied().unwrap_or(self.default)
    }
}
