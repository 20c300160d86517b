//! What can be set.

use std::path::PathBuf;

/// How the log is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogExtractorSettings {
    /// Where the lines come from.
    pub input: LogInput,
    /// Begin with what is in the file already, not at its end.
    pub from_beginning: bool,
}

/// Where the lines come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogInput {
    /// The node's own debug.log, wherever its settings put it.
    DebugLog,
    /// This file, or this FIFO.
    File(PathBuf),
    /// Standard input.
    StandardInput,
}

impl Default for LogExtractorSettings {
    /// The node's debug.log, from its end.
    fn default() -> LogExtractorSettings {
        LogExtractorSettings {
            input: LogInput::DebugLog,
            from_beginning: false,
        }
    }
}
