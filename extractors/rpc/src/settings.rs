//! What can be set about the methods.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use crate::methods::METHODS;
use crate::probe::PROBE;

/// Which methods are called, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpcExtractorSettings {
    /// By method name. A method that is absent, and a name that is no method
    /// of this extractor, is not called.
    pub methods: BTreeMap<&'static str, MethodSettings>,
    /// How the calls get to the node.
    pub transport: RpcTransport,
}

/// How calls get to the node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RpcTransport {
    /// To its RPC server.
    #[default]
    Http,
    /// Through its IPC socket (`bitcoin-node -ipcbind=unix`), without port and
    /// password. Needs a Bitcoin Core newer than 31.
    Ipc {
        /// The socket; `None`: where `-ipcbind` of the node puts it.
        socket: Option<PathBuf>,
    },
}

/// How one method is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodSettings {
    /// Is it called at all?
    pub enabled: bool,
    /// From the beginning of a call to that of the next. Where a call takes
    /// longer, the next one follows at once.
    pub interval: Duration,
    /// How long one call may take.
    pub timeout: Duration,
}

impl Default for RpcExtractorSettings {
    /// Every method as it comes, over HTTP.
    fn default() -> RpcExtractorSettings {
        let settings = |method: &crate::method::Method| MethodSettings {
            enabled: true,
            interval: method.interval,
            timeout: method.timeout,
        };
        let methods = METHODS
            .iter()
            .map(|method| (method.name, settings(method)))
            .collect();
        RpcExtractorSettings {
            methods,
            transport: RpcTransport::Http,
        }
    }
}

/// The RPC methods that the extractor calls with these settings, for
/// `rpcwhitelist=` in bitcoin.conf; sorted. The enabled ones, and `uptime` in
/// any case: it tells whether the node is there, and since when.
pub fn whitelist(settings: &RpcExtractorSettings) -> Vec<&'static str> {
    let enabled = METHODS.iter().filter(|method| {
        let settings = settings.methods.get(method.name);
        settings.is_some_and(|settings| settings.enabled)
    });
    let names: BTreeSet<&str> = enabled.map(|method| method.name).chain([PROBE]).collect();
    names.into_iter().collect()
}
