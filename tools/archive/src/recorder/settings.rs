//! What is recorded, where to, and for how long it is kept.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use peer_observer_archive::HeaderNode;
use peer_observer_event::Keep;

use super::filter::RecordFilter;

/// How the recorder works.
#[derive(Clone, Debug)]
pub struct RecorderSettings {
    /// Where the files are; made where it is missing.
    pub folder: PathBuf,
    /// What is recorded.
    pub filter: RecordFilter,
    /// How much of P2P messages is recorded.
    pub keep: KeepSettings,
    /// For the files' headers.
    pub nodes: Vec<HeaderNode>,
    /// For the files' headers: the program and its version.
    pub software: String,
    /// zstd's level, 1 to 22.
    pub level: i32,
    /// After so long everything that came is on the disk: what power failure
    /// can take.
    pub flush_interval: Duration,
    /// When a new file is begun.
    pub rotation: Rotation,
    /// What is deleted.
    pub retention: Retention,
    /// Nothing is written while fewer bytes than these are free.
    pub keep_free_bytes: u64,
}

impl RecorderSettings {
    /// Everything, into this folder, for ever.
    pub fn new(folder: impl Into<PathBuf>) -> RecorderSettings {
        RecorderSettings {
            folder: folder.into(),
            filter: RecordFilter::default(),
            keep: KeepSettings::default(),
            nodes: Vec::new(),
            software: concat!("peer-observer ", env!("CARGO_PKG_VERSION")).to_owned(),
            level: 3,
            flush_interval: Duration::from_secs(5),
            rotation: Rotation::default(),
            retention: Retention::default(),
            keep_free_bytes: 1 << 30,
        }
    }
}

/// When a new file is begun: at what comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// When the file has so many bytes.
    pub bytes: u64,
    /// When the file's events are from so long, by the bus's time.
    pub span: Duration,
}

impl Default for Rotation {
    fn default() -> Rotation {
        Rotation {
            bytes: 1 << 30,
            span: Duration::from_secs(24 * 3600),
        }
    }
}

/// Which of the recorder's own files are deleted. The default keeps all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// The oldest go while all together have more bytes.
    pub bytes: Option<u64>,
    /// Those go that were last written longer ago.
    pub age: Option<Duration>,
}

/// How much of P2P messages is recorded, by command. The default keeps what comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepSettings {
    /// For commands that are not listed.
    pub default: Keep,
    /// For these.
    pub commands: BTreeMap<String, Keep>,
}

impl Default for KeepSettings {
    fn default() -> KeepSettings {
        KeepSettings {
            default: Keep::Full,
            commands: BTreeMap::new(),
        }
    }
}

impl KeepSettings {
    /// How much of a message of this type is recorded.
    pub fn of(&self, command: &str) -> Keep {
        self.commands.get(command).copied().unwrap_or(self.default)
    }

    /// Is everything recorded as it comes?
    pub fn is_everything(&self) -> bool {
        self.default == Keep::Full && self.commands.values().all(|keep| *keep == Keep::Full)
    }

    /// For the files' headers.
    pub(crate) fn words(&self) -> Vec<String> {
        let default = [("other messages", self.default)];
        let commands = self
            .commands
            .iter()
            .map(|(command, keep)| (command.as_str(), *keep));
        let reduced = commands
            .chain(default)
            .filter_map(|(what, keep)| match keep {
                Keep::Full => None,
                Keep::Summary => Some(format!("{what}: summary")),
                Keep::Nothing => Some(format!("{what}: without body")),
            });
        reduced.collect()
    }
}
