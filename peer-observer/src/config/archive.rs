//! `[archive]`: what is recorded, where to, and for how long it is kept.

use std::path::{Path, PathBuf};

use peer_observer_archive::HeaderNode;
use peer_observer_archive_tool::{
    KeepSettings, RecordFilter, RecorderSettings, Retention, Rotation,
};
use peer_observer_event::{Kind, KindSet, Network};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::duration::DurationIn;
use super::keep::KeepConfig;
use super::size::SizeIn;
use super::{ConfigError, NodeConfig};
use crate::version::SOFTWARE;

/// From a second to ten years, in milliseconds.
type LongTime = DurationIn<1000, { 10 * 365 * 24 * 60 * 60 * 1000 }>;
/// How much a power failure may take.
type FlushInterval = DurationIn<100, { 60 * 60 * 1000 }>;
/// Of a file: smaller ones are more files than anybody wants.
type FileSize = SizeIn<{ 64 << 10 }, { 1 << 40 }>;
type DiskSize = SizeIn<0, { 1 << 50 }>;

/// `[archive]`. Nothing is recorded without `directory`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ArchiveConfig {
    /// Is it recorded, if there is a directory?
    pub(crate) enabled: bool,
    /// Where the files are; made where it is missing.
    pub(crate) directory: Option<PathBuf>,
    /// zstd's level.
    pub(crate) level: Level,
    /// After so long everything that came is on the disk.
    pub(crate) flush_interval: FlushInterval,
    /// A new file is begun when the last one has so much,
    pub(crate) rotate_bytes: FileSize,
    /// or is so old.
    pub(crate) rotate_interval: LongTime,
    /// The oldest files are deleted while all have more; never when absent.
    pub(crate) retain_bytes: Option<DiskSize>,
    /// Files are deleted when they are so old; never when absent.
    pub(crate) retain_age: Option<LongTime>,
    /// Nothing is written while less is free on the disk.
    pub(crate) keep_free: DiskSize,
    /// Kinds of events; all when absent.
    pub(crate) kinds: Option<Vec<Kind>>,
    /// Names of nodes; all when absent.
    pub(crate) nodes: Option<Spanned<Vec<String>>>,
    /// P2P messages of these types alone.
    pub(crate) commands: Option<Vec<CommandName>>,
    /// Messages and connections of peers in these networks alone.
    pub(crate) networks: Option<Vec<Network>>,
    /// `[archive.keep]`
    pub(crate) keep: KeepConfig<false>,
}

impl Default for ArchiveConfig {
    fn default() -> ArchiveConfig {
        let settings = RecorderSettings::new("");
        ArchiveConfig {
            enabled: true,
            directory: None,
            level: Level(settings.level),
            flush_interval: FlushInterval::nearest(settings.flush_interval),
            rotate_bytes: FileSize::nearest(settings.rotation.bytes),
            rotate_interval: LongTime::nearest(settings.rotation.span),
            retain_bytes: None,
            retain_age: None,
            keep_free: DiskSize::nearest(settings.keep_free_bytes),
            kinds: None,
            nodes: None,
            commands: None,
            networks: None,
            keep: KeepConfig::default(),
        }
    }
}

impl ArchiveConfig {
    /// Is anything recorded?
    pub(crate) fn is_on(&self) -> bool {
        self.enabled && self.directory.is_some()
    }

    /// As the recorder wants it; `None` where nothing is to be recorded.
    pub(crate) fn settings(&self, nodes: &[NodeConfig]) -> Option<RecorderSettings> {
        let directory = self.directory.as_ref().filter(|_| self.enabled)?;
        let all = |kinds: &Vec<Kind>| kinds.iter().copied().collect();
        let commands = |names: &Vec<CommandName>| names.iter().cloned().map(String::from).collect();
        let filter = RecordFilter {
            kinds: self.kinds.as_ref().map_or(KindSet::ALL, all),
            nodes: self.nodes.as_ref().map(|nodes| nodes.get_ref().clone()),
            commands: self.commands.as_ref().map(commands),
            networks: self.networks.clone(),
        };
        let wanted = |name: &String| {
            filter
                .nodes
                .as_ref()
                .is_none_or(|nodes| nodes.contains(name))
        };
        let nodes = nodes.iter().map(NodeConfig::settings);
        let nodes = nodes
            .filter(|node| wanted(&node.name))
            .map(|node| HeaderNode {
                name: node.name,
                chain: node
                    .chain
                    .map(|chain| chain.to_string())
                    .unwrap_or_default(),
            });
        Some(RecorderSettings {
            nodes: nodes.collect(),
            filter,
            keep: KeepSettings {
                default: self.keep.default.keep(),
                commands: self.keep.by_command(),
            },
            software: SOFTWARE.to_owned(),
            level: self.level.0,
            flush_interval: self.flush_interval.get(),
            rotation: Rotation {
                bytes: self.rotate_bytes.bytes(),
                span: self.rotate_interval.get(),
            },
            retention: Retention {
                bytes: self.retain_bytes.map(DiskSize::bytes),
                age: self.retain_age.map(LongTime::get),
            },
            keep_free_bytes: self.keep_free.bytes(),
            ..RecorderSettings::new(directory)
        })
    }
}

/// A node that is not there would never be recorded.
pub(super) fn check(
    archive: &ArchiveConfig,
    nodes: &[NodeConfig],
    file: &Path,
    text: &str,
) -> Result<(), ConfigError> {
    let Some(wanted) = &archive.nodes else {
        return Ok(());
    };
    // Without nodes events come from elsewhere, of whatever nodes.
    if nodes.is_empty() {
        return Ok(());
    }
    let is_there = |name: &&String| nodes.iter().any(|node| node.settings().name == **name);
    match wanted.get_ref().iter().find(|name| !is_there(name)) {
        None => Ok(()),
        Some(name) => {
            let message = format!("there is no node `{name}`; name one of the sections [[node]]");
            Err(ConfigError::at(file, text, wanted.span(), message))
        }
    }
}

/// zstd's level, 1 to 22.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "i64", into = "i32")]
pub(crate) struct Level(i32);

impl TryFrom<i64> for Level {
    type Error = String;

    fn try_from(level: i64) -> Result<Level, String> {
        match i32::try_from(level) {
            Ok(level @ 1..=22) => Ok(Level(level)),
            _ => Err(format!("{level} is no level of zstd; use 1 to 22")),
        }
    }
}

impl From<Level> for i32 {
    fn from(level: Level) -> i32 {
        level.0
    }
}

/// A P2P message type as on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct CommandName(String);

impl TryFrom<String> for CommandName {
    type Error = String;

    fn try_from(text: String) -> Result<CommandName, String> {
        let is_name = text.bytes().all(|byte| byte.is_ascii_graphic());
        match (1..=12).contains(&text.len()) && is_name {
            true => Ok(CommandName(text)),
            false => Err(format!(
                "`{text}` is no message type; those have 1 to 12 characters, such as inv or getdata"
            )),
        }
    }
}

impl From<CommandName> for String {
    fn from(name: CommandName) -> String {
        name.0
    }
}
