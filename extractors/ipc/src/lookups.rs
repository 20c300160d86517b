//! RPC calls with which blocks are looked up: over IPC, and over HTTP where
//! the node lacks RPC over IPC or does not let us use it.

use std::sync::OnceLock;
use std::time::Duration;

use data_encoding::HEXLOWER;
use peer_observer_ipc::{BlockRef, IpcClient, IpcError};
use peer_observer_node::{Node, RpcClient, RpcError, RpcLimits, rpc_request, rpc_result};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::calls::{Calls, Part};
use crate::history::Headers;

const LIMITS: RpcLimits = RpcLimits {
    connect_timeout: Duration::from_secs(2),
    call_timeout: Duration::from_secs(5),
    reply_bytes: 64 << 10,
};

/// Where the hash of the block before stands in a header.
const PREVIOUS: std::ops::Range<usize> = 4..36;
const HEADER_BYTES: usize = 80;

/// `rpc/protocol.h`: what `getblockheader` says of a block that the node does not know.
const RPC_INVALID_ADDRESS_OR_KEY: i64 = -5;
/// The same of a height that `getblockhash` does not know.
const RPC_INVALID_PARAMETER: i64 = -8;

/// Why something could not be looked up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookupError {
    #[error(transparent)]
    Ipc(#[from] IpcError),
    #[error(transparent)]
    Rpc(#[from] RpcError),
    #[error("the answer to {method} makes no sense: {text:?}")]
    Garbage { method: &'static str, text: String },
}

impl LookupError {
    /// Does the node not know the block?
    pub(crate) fn is_unknown_block(&self) -> bool {
        matches!(
            self,
            LookupError::Rpc(RpcError::Rpc {
                code: RPC_INVALID_ADDRESS_OR_KEY | RPC_INVALID_PARAMETER,
                ..
            })
        )
    }

    fn word(&self) -> &'static str {
        match self {
            LookupError::Ipc(error) => error.word(),
            LookupError::Rpc(_) => "failed",
            LookupError::Garbage { .. } => "garbage",
        }
    }
}

/// The node's RPC methods, by whichever way is open.
pub(crate) struct Lookups {
    ipc: IpcClient,
    http: RpcClient,
    /// Why IPC is not the way.
    closed: OnceLock<String>,
    calls: Calls,
}

impl Lookups {
    pub(crate) fn new(ipc: &IpcClient, node: &Node, calls: &Calls) -> Lookups {
        Lookups {
            ipc: ipc.clone(),
            http: RpcClient::with_limits(node, LIMITS),
            closed: OnceLock::new(),
            calls: calls.clone(),
        }
    }

    /// Why HTTP is used, if it is.
    pub(crate) fn detour(&self) -> Option<&str> {
        self.closed.get().map(String::as_str)
    }

    /// Since when the node runs.
    pub(crate) async fn uptime(&self) -> Result<Duration, LookupError> {
        const METHOD: &str = "uptime";
        let result = self.call(METHOD, Value::Null).await?;
        let seconds = result.get().parse().map_err(|_| garbage(METHOD, &result))?;
        Ok(Duration::from_secs(seconds))
    }

    async fn call(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, LookupError> {
        if self.closed.get().is_none() {
            match self.call_over_ipc(method, params.clone()).await {
                Err(LookupError::Ipc(error @ IpcError::Lacks { .. })) => {
                    let _ = self.closed.set(error.to_string());
                }
                Err(LookupError::Rpc(RpcError::Forbidden { .. })) => {
                    let text = "rpcwhitelist= does not let the user peer-observer call over IPC";
                    let _ = self.closed.set(text.to_owned());
                }
                outcome => return outcome,
            }
        }
        Ok(self.http.call(method, params).await?)
    }

    async fn call_over_ipc(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, LookupError> {
        let request = rpc_request(method, params);
        let (limit_bytes, within) = (LIMITS.reply_bytes, LIMITS.call_timeout);
        let outcome = match self.ipc.execute_rpc(request, limit_bytes, within).await {
            Ok(answer) => rpc_result(method, &answer).map_err(LookupError::from),
            Err(error) => Err(error.into()),
        };
        match &outcome {
            Ok(_) => self.calls.whole(Part::Rpc, 1),
            Err(error) => self.calls.dropped(Part::Rpc, error.word(), 1),
        }
        outcome
    }
}

impl Headers for Lookups {
    async fn parent(&self, block: BlockRef) -> Result<BlockRef, LookupError> {
        const METHOD: &str = "getblockheader";
        let params = json!([written(block.hash), false]);
        let result = self.call(METHOD, params).await?;
        let header = serde_json::from_str::<&str>(result.get()).ok();
        let header = header.and_then(|header| HEXLOWER.decode(header.as_bytes()).ok());
        let header = header.filter(|header| header.len() == HEADER_BYTES && block.height > 0);
        let header = header.ok_or_else(|| garbage(METHOD, &result))?;
        let mut hash = [0; 32];
        hash.copy_from_slice(&header[PREVIOUS]);
        Ok(BlockRef {
            hash,
            height: block.height - 1,
        })
    }

    async fn hash_at(&self, height: i32) -> Result<[u8; 32], LookupError> {
        const METHOD: &str = "getblockhash";
        let result = self.call(METHOD, json!([height])).await?;
        let hash = serde_json::from_str::<&str>(result.get()).ok();
        let hash = hash.and_then(|hash| HEXLOWER.decode(hash.as_bytes()).ok());
        let hash = hash.and_then(|hash| <[u8; 32]>::try_from(hash).ok());
        let mut hash = hash.ok_or_else(|| garbage(METHOD, &result))?;
        hash.reverse();
        Ok(hash)
    }
}

/// A hash as Bitcoin Core writes it.
pub(crate) fn written(mut hash: [u8; 32]) -> String {
    hash.reverse();
    HEXLOWER.encode(&hash)
}

fn garbage(method: &'static str, result: &RawValue) -> LookupError {
    LookupError::Garbage {
        method,
        text: result.get().chars().take(200).collect(),
    }
}
