//! What one version of Bitcoin Core can do and another cannot.

use anyhow::Result;
use serde::Deserialize;

use super::Node;

/// The first protocol version with the message `feature` (BIP 434): Core's
/// `FEATURE_VERSION`. Core 31.99 has it, 29.99 and 30.99 do not.
pub const FEATURE_VERSION: i32 = 70_017;

/// The part of `getnetworkinfo` that we read.
#[derive(Deserialize)]
struct NetworkInfo {
    version: u32,
    protocolversion: i32,
}

impl Node {
    /// Its version as `getnetworkinfo` gives it: 319900 for 31.99.
    pub async fn version(&self) -> Result<u32> {
        Ok(self.network_info().await?.version)
    }

    /// Does it know the message `feature`? If not, it counts it as `*other*`
    /// over v1; over v2, where the message has a number that only those who
    /// know it can read, it drops it before its tracepoint.
    pub async fn knows_feature_message(&self) -> Result<bool> {
        Ok(self.network_info().await?.protocolversion >= FEATURE_VERSION)
    }

    async fn network_info(&self) -> Result<NetworkInfo> {
        self.rpc("getnetworkinfo", ()).await
    }
}
