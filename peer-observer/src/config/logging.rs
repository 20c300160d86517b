//! `[logging]`: what peer-observer says about itself, on standard error.

use serde::{Deserialize, Serialize};

/// `[logging]`. How much is said is up to the environment variable `RUST_LOG`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LoggingConfig {
    /// Lines for people, or one JSON object per line.
    pub(crate) format: LogFormat,
}

/// How the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}
