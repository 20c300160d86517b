//! `[rpc]`: what is asked of the node's RPC interface.

use peer_observer_event::RpcField;
use peer_observer_rpc::{MethodSettings, RpcExtractorSettings, RpcTransport};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::NodeConfig;
use super::duration::{Interval, Timeout};

/// More fields than these are not made metrics of.
const MOST_EXTRA_GAUGES: usize = 32;

/// Declares `[rpc]` with a section `[rpc.METHOD]` for each method.
macro_rules! rpc_config {
    ($($method:ident),+ $(,)?) => {
        /// `[rpc]`
        #[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
        #[serde(deny_unknown_fields, default)]
        pub(crate) struct RpcConfig {
            /// Is anything asked at all?
            pub(crate) enabled: bool,
            /// How calls get to the nodes.
            pub(crate) transport: Transport,
            /// Fields of replies that peer-observer does not know, of which
            /// metrics are made.
            #[serde(deserialize_with = "extra_gauges")]
            pub(crate) extra_gauges: Vec<RpcField>,
            $(
                #[doc = concat!("`[rpc.", stringify!($method), "]`")]
                pub(crate) $method: MethodConfig,
            )+
        }

        impl Default for RpcConfig {
            fn default() -> RpcConfig {
                let mut config = RpcConfig {
                    enabled: true,
                    transport: Transport::Http,
                    extra_gauges: Vec::new(),
                    $($method: MethodConfig::default(),)+
                };
                config.fill_defaults();
                config
            }
        }

        impl RpcConfig {
            fn methods(&mut self) -> impl Iterator<Item = (&'static str, &mut MethodConfig)> {
                [$((stringify!($method), &mut self.$method)),+].into_iter()
            }
        }
    };
}

rpc_config!(
    getpeerinfo,
    getmempoolinfo,
    uptime,
    getnettotals,
    getmemoryinfo,
    getaddrmaninfo,
    getchaintxstats,
    getnetworkinfo,
    getblockchaininfo,
    getorphantxs,
    getrawaddrman,
    estimatesmartfee,
    getchaintips,
    listbanned,
    getmininginfo,
    getindexinfo,
    getdeploymentinfo,
    getrpcinfo,
);

/// How calls get to the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Transport {
    /// To their RPC servers.
    Http,
    /// Through their IPC sockets.
    Ipc,
}

/// Each field once, and not too many.
fn extra_gauges<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RpcField>, D::Error> {
    let fields = Vec::<RpcField>::deserialize(deserializer)?;
    if fields.len() > MOST_EXTRA_GAUGES {
        let message = format!("more than {MOST_EXTRA_GAUGES} extra gauges");
        return Err(D::Error::custom(message));
    }
    for (index, field) in fields.iter().enumerate() {
        if fields[..index].contains(field) {
            return Err(D::Error::custom(format!("{field} is there twice")));
        }
    }
    Ok(fields)
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

    /// As the extractor of this node wants it.
    pub(crate) fn settings(&self, node: &NodeConfig) -> RpcExtractorSettings {
        let mut settings = RpcExtractorSettings {
            transport: match self.transport {
                Transport::Http => RpcTransport::Http,
                Transport::Ipc => RpcTransport::Ipc {
                    socket: node.ipc_socket.clone(),
                },
            },
            ..RpcExtractorSettings::default()
        };
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn read(text: &str) -> Result<RpcConfig, toml::de::Error> {
        toml::from_str(text)
    }

    fn alice() -> NodeConfig {
        NodeConfig::at("alice", Path::new("/alice"))
    }

    #[test]
    fn every_method_has_its_section() {
        let mut config = RpcConfig::default();
        let standard = RpcExtractorSettings::default();
        assert_eq!(config.settings(&alice()), standard);
        let mut sections: Vec<_> = config.methods().map(|(method, _)| method).collect();
        sections.sort_unstable();
        assert!(standard.methods.keys().copied().eq(sections));
    }

    #[test]
    fn a_method_is_set_alone() {
        let config = read("[getchaintips]\nenabled = false\n[getpeerinfo]\ninterval = \"1 s\"");
        let settings = config.unwrap().settings(&alice());
        let mut expected = RpcExtractorSettings::default();
        expected.methods.get_mut("getchaintips").unwrap().enabled = false;
        let second = std::time::Duration::from_secs(1);
        expected.methods.get_mut("getpeerinfo").unwrap().interval = second;
        assert_eq!(settings, expected);
        let error = read("[getblock]").unwrap_err().to_string();
        assert!(error.contains("unknown field `getblock`"), "{error}");
    }

    #[test]
    fn calls_go_over_ipc_on_request() {
        let mut alice = alice();
        alice.ipc_socket = Some("/alice/socket".into());
        let settings = read("transport = \"ipc\"").unwrap().settings(&alice);
        let socket = alice.ipc_socket;
        assert_eq!(settings.transport, RpcTransport::Ipc { socket });
        let error = read("transport = \"nats\"").unwrap_err().to_string();
        assert!(error.contains("expected `http` or `ipc`"), "{error}");
    }

    #[test]
    fn extra_gauges_are_checked() {
        let text = r#"extra_gauges = ["getpeerinfo.cpu_load", "getnettotals.uploadtarget.new"]"#;
        let gauges = read(text).unwrap().extra_gauges;
        assert_eq!(gauges[0].method(), "getpeerinfo");
        assert_eq!(gauges[0].path(), ["cpu_load"]);
        assert_eq!(gauges[1].path(), ["uploadtarget", "new"]);

        let many: Vec<_> = (0..33)
            .map(|index| format!("\"uptime.f{index}\""))
            .collect();
        for (list, expected) in [
            ("\"cpu_load\"", "say METHOD.FIELD"),
            ("\"getblock.size\"", "say METHOD.FIELD"),
            ("\"getpeerinfo.cpu load\"", "behind the method come"),
            ("\"uptime.a\", \"uptime.a\"", "uptime.a is there twice"),
            (&*many.join(","), "more than 32"),
        ] {
            let error = read(&format!("extra_gauges = [{list}]")).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
