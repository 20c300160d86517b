//! `[ebpf.keep]` and `[archive.keep]`: how much of P2P messages is kept.

use std::collections::BTreeMap;
use std::fmt;

use peer_observer_event::{COMMANDS, Keep};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// How much of a P2P message is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeepWord {
    /// All of it.
    Full,
    /// Ids, counts and sizes.
    Summary,
    /// Only that there was one, and its size.
    None,
}

impl KeepWord {
    /// For the tool or extractor.
    pub(crate) fn keep(self) -> Keep {
        match self {
            KeepWord::Full => Keep::Full,
            KeepWord::Summary => Keep::Summary,
            KeepWord::None => Keep::Nothing,
        }
    }
}

/// By command, and `default` for the others. What is not mentioned stays as it
/// is: a summary of what carries transactions where `SUMMARIES`, all of the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeepConfig<const SUMMARIES: bool> {
    /// For commands that are not listed.
    pub(crate) default: KeepWord,
    /// For these.
    pub(crate) commands: BTreeMap<&'static str, KeepWord>,
}

impl<const SUMMARIES: bool> KeepConfig<SUMMARIES> {
    /// The commands, with what is kept of them.
    pub(crate) fn by_command(&self) -> BTreeMap<String, Keep> {
        let commands = self.commands.iter();
        commands
            .map(|(command, word)| ((*command).to_owned(), word.keep()))
            .collect()
    }
}

impl<const SUMMARIES: bool> Default for KeepConfig<SUMMARIES> {
    fn default() -> Self {
        let large = ["tx", "block", "cmpctblock", "blocktxn"];
        KeepConfig {
            default: KeepWord::Full,
            commands: large
                .into_iter()
                .filter(|_| SUMMARIES)
                .map(|command| (command, KeepWord::Summary))
                .collect(),
        }
    }
}

impl<const SUMMARIES: bool> Serialize for KeepConfig<SUMMARIES> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.commands.len() + 1))?;
        map.serialize_entry("default", &self.default)?;
        self.commands
            .iter()
            .try_for_each(|(command, keep)| map.serialize_entry(command, keep))?;
        map.end()
    }
}

impl<'de, const SUMMARIES: bool> Deserialize<'de> for KeepConfig<SUMMARIES> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeepVisitor)
    }
}

struct KeepVisitor<const SUMMARIES: bool>;

impl<'de, const SUMMARIES: bool> Visitor<'de> for KeepVisitor<SUMMARIES> {
    type Value = KeepConfig<SUMMARIES>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"a section of lines such as `block = "full"`"#)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
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
