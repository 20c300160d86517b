//! `[rpc]`: what is asked of the node's RPC interface.

use peer_observer_rpc::{MethodSettings, RpcExtractorSettings};
use serde::{Deserialize, Serialize};

use super::duration::{Interval, Timeout};

/// `[rpc]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RpcConfig {
    /// Is anything asked at all?
    pub(crate) enabled: bool,
    /// `[rpc.getpeerinfo]`
    pub(crate) getpeerinfo: MethodConfig,
}

impl Default for RpcConfig {
    fn default() -> RpcConfig {
        let mut config = RpcConfig {
            enabled: true,
            getpeerinfo: MethodConfig::default(),
        };
        config.fill_defaults();
        config
    }
}

/// `[rpc.METHOD]`
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MethodConfig {
    /// Is this method called?
    pub(crate) enabled: bool,
    /// How often.
    pub(crate) interval: Option<Interval>,
    /// How long a call may take.
    pub(crate) timeout: Option<Timeout>,
}

impl Default for MethodConfig {
    fn default() -> MethodConfig {
        MethodConfig {
            enabled: true,
            interval: None,
            timeout: None,
        }
    }
}

impl RpcConfig {
    fn methods(&mut self) -> [(&'static str, &mut MethodConfig); 1] {
        [("getpeerinfo", &mut self.getpeerinfo)]
    }

    /// Puts the method's own default where the file said nothing.
    pub(super) fn fill_defaults(&mut self) {
        let standard = RpcExtractorSettings::default();
        for (name, method) in self.methods() {
            if let Some(standard) = standard.methods.get(name) {
                method
                    .interval
                    .get_or_insert(Interval::nearest(standard.interval));
                method
                    .timeout
                    .get_or_insert(Timeout::nearest(standard.timeout));
            }
        }
    }

    /// As the extractor wants it.
    pub(crate) fn settings(&self) -> RpcExtractorSettings {
        let mut settings = RpcExtractorSettings::default();
        for (name, method) in self.clone().methods() {
            if let Some(of_method) = settings.methods.get_mut(name) {
                *of_method = MethodSettings {
                    enabled: method.enabled,
                    interval: method.interval.map_or(of_method.interval, Interval::get),
                    timeout: method.timeout.map_or(of_method.timeout, Timeout::get),
                };
            }
        }
        settings
    }
}
