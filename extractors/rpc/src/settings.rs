//! What can be set about the methods.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::methods::METHODS;

/// Which methods are called, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpcExtractorSettings {
    /// By method name. A method that is absent, and a name that is no method
    /// of this extractor, is not called.
    pub methods: BTreeMap<&'static str, MethodSettings>,
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
    /// Every method as it comes.
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
        RpcExtractorSettings { methods }
    }
}
