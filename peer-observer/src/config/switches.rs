//! `[metrics]` and `[web]`: tools that are only on or off.

use serde::{Deserialize, Serialize};

/// `[metrics]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MetricsConfig {
    /// Is `/metrics` served?
    pub(crate) enabled: bool,
}

/// `[web]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WebConfig {
    /// Is there an HTTP listener? Without it there is no page, no API and no `/metrics`.
    pub(crate) enabled: bool,
    /// Are page, API and websocket there? Without them it is `/metrics` and health alone.
    pub(crate) page: bool,
}

impl Default for MetricsConfig {
    fn default() -> MetricsConfig {
        MetricsConfig { enabled: true }
    }
}

impl Default for WebConfig {
    fn default() -> WebConfig {
        WebConfig {
            enabled: true,
            page: true,
        }
    }
}
