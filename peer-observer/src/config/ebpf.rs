//! `[ebpf]`: what is read from the node's tracepoints.

use std::collections::BTreeMap;
use std::fmt;

use peer_observer_event::COMMANDS;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize as DeriveDeserialize, Serialize, Serializer};

use super::size::RingSize;

/// `[ebpf]`
#[derive(Clone, Debug, PartialEq, DeriveDeserialize, Serialize)]
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
    pub(crate) keep: KeepConfig,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveDeserialize, Serialize)]
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

/// How much of a P2P message is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveDeserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeepWord {
    /// All of it.
    Full,
    /// Ids, counts and sizes.
    Summary,
    /// Only that there was one, and its size.
    None,
}

/// `[ebpf.keep]`: by command, and `default` for the others. What is not
/// mentioned stays as it comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeepConfig {
    /// For commands that are not listed.
    pub(crate) default: KeepWord,
    /// For these.
    pub(crate) commands: BTreeMap<&'static str, KeepWord>,
}

impl Default for KeepConfig {
    fn default() -> KeepConfig {
        let large = ["tx", "block", "cmpctblock", "blocktxn"];
        KeepConfig {
            default: KeepWord::Full,
            commands: large
                .into_iter()
                .map(|command| (command, KeepWord::Summary))
                .collect(),
        }
    }
}

impl Serialize for KeepConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.commands.len() + 1))?;
        map.serialize_entry("default", &self.default)?;
        self.commands
            .iter()
            .try_for_each(|(command, keep)| map.serialize_entry(command, keep))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for KeepConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<KeepConfig, D::Error> {
        deserializer.deserialize_map(KeepVisitor)
    }
}

struct KeepVisitor;

impl<'de> Visitor<'de> for KeepVisitor {
    type Value = KeepConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"a section of lines such as `block = "full"`"#)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<KeepConfig, A::Error> {
        let mut config = KeepConfig::default();
        while let Some(KeepKey(command)) = map.next_key()? {
            let keep = map.next_value()?;
            match command {
                Some(command) => drop(config.commands.insert(command, keep)),
                None => config.default = keep,
            }
        }
        Ok(config)
    }
}

/// A command, or `None` for `default`.
struct KeepKey(Option<&'static str>);

impl<'de> Deserialize<'de> for KeepKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<KeepKey, D::Error> {
        let name = String::deserialize(deserializer)?;
        if name == "default" {
            return Ok(KeepKey(None));
        }
        let known = COMMANDS.into_iter().find(|command| *command == name);
        let unknown = || {
            let known = COMMANDS.map(|command| format!("`{command}`")).join(", ");
            de::Error::custom(format!(
                "unknown field `{name}`, expected `default`, {known}"
            ))
        };
        known
            .map(|command| KeepKey(Some(command)))
            .ok_or_else(unknown)
    }
}
