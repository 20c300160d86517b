//! A JSON-RPC client that outlives the node: it finds address and cookie again
//! when the node comes back with others.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{Request, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::access::Access;
use super::{RpcError, reply};
use crate::Node;

/// Core closes idle connections after 30 s (`-rpcservertimeout`); we close them
/// before, so that no call meets a connection that is just being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// What a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RpcLimits {
    /// For the TCP connection.
    pub connect_timeout: Duration,
    /// For the whole call, with connection and answer.
    pub call_timeout: Duration,
    /// The largest answer, in bytes.
    pub reply_bytes: usize,
}

impl Default for RpcLimits {
    /// 2 s to connect, 30 s in all, 64 MiB: `getrawaddrman` of a full address
    /// manager has some 30 MB.
    fn default() -> RpcLimits {
        RpcLimits {
            connect_timeout: Duration::from_secs(2),
            call_timeout: Duration::from_secs(30),
            reply_bytes: 64 * 1024 * 1024,
        }
    }
}

/// A client of one node's RPC server. Clones share its connections.
#[derive(Clone)]
pub struct RpcClient {
    node: Node,
    limits: RpcLimits,
    http: Client<HttpConnector, Full<Bytes>>,
    access: Arc<Mutex<Option<Access>>>,
}

impl RpcClient {
    /// A client with the default limits.
    pub fn new(node: &Node) -> RpcClient {
        RpcClient::with_limits(node, RpcLimits::default())
    }

    /// A client with these limits.
    pub fn with_limits(node: &Node, limits: RpcLimits) -> RpcClient {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(limits.connect_timeout));
        connector.set_nodelay(true);
        let http = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build(connector);
        RpcClient {
            node: node.clone(),
            limits,
            http,
            access: Arc::default(),
        }
    }

    /// The node that it calls.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The limits of every call.
    pub fn limits(&self) -> RpcLimits {
        self.limits
    }

    /// Calls `method` and reads its result as `T`. `params` is an array
    /// (positions), an object (names) or null (none).
    pub async fn call_as<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<T, RpcError> {
        let result = self.call(method, params).await?;
        serde_json::from_str(result.get()).map_err(|error| RpcError::Garbage {
            method: method.to_owned(),
            status: 200,
            reason: error.to_string(),
            beginning: result.get().chars().take(200).collect(),
        })
    }

    /// Calls `method`. The result is as the node wrote it, so that amounts
    /// keep all their digits. `params` as in [`RpcClient::call_as`].
    pub async fn call(&self, method: &str, params: Value) -> Result<Box<RawValue>, RpcError> {
        let body = Bytes::from(reply::rpc_request(method, params));
        let call = self.call_with_fresh_access(method, body);
        match tokio::time::timeout(self.limits.call_timeout, call).await {
            Ok(outcome) => outcome,
            Err(_) => Err(RpcError::Timeout {
                method: method.to_owned(),
                address: self.node.rpc_address(),
                after: self.limits.call_timeout,
            }),
        }
    }

    /// A node that was restarted has a new cookie, and perhaps a new address:
    /// so what we knew is looked up once more before a call fails.
    async fn call_with_fresh_access(
        &self,
        method: &str,
        body: Bytes,
    ) -> Result<Box<RawValue>, RpcError> {
        let remembered = self.remembered().clone();
        if let Some(access) = &remembered {
            match self.attempt(access, method, body.clone()).await {
                Err(RpcError::Unauthorized { .. } | RpcError::Unreachable { .. }) => {
                    *self.remembered() = None;
                }
                outcome => return outcome,
            }
        }
        let node = self.node.clone();
        let access = tokio::task::spawn_blocking(move || Access::resolve(&node))
            .await
            .map_err(|error| RpcError::Unreachable {
                address: self.node.rpc_address(),
                reason: error.to_string(),
            })??;
        let outcome = self.attempt(&access, method, body).await;
        if !matches!(
            outcome,
            Err(RpcError::Unauthorized { .. } | RpcError::Unreachable { .. })
        ) {
            *self.remembered() = Some(access);
        }
        outcome
    }

    async fn attempt(
        &self,
        access: &Access,
        method: &str,
        body: Bytes,
    ) -> Result<Box<RawValue>, RpcError> {
        let unreachable = |error: &dyn Error| RpcError::Unreachable {
            address: access.address.clone(),
            reason: innermost(error),
        };
        let request = Request::post(access.uri.clone())
            .header(header::AUTHORIZATION, access.authorization.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .map_err(|_| RpcError::BadAddress {
                address: access.address.clone(),
            })?;
        let response = self
            .http
            .request(request)
            .await
            .map_err(|error| unreachable(&error))?;
        let status = response.status();
        if status == StatusCode::UNAUTHORIZED {
            return Err(RpcError::Unauthorized {
                address: access.address.clone(),
                source_of_credentials: access.source.clone(),
            });
        }
        let limit_bytes = self.limits.reply_bytes;
        match Limited::new(response.into_body(), limit_bytes)
            .collect()
            .await
        {
            Ok(body) => reply::result(method, status, &body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(RpcError::TooLarge {
                method: method.to_owned(),
                limit_bytes,
            }),
            Err(error) => Err(unreachable(&*error)),
        }
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, Option<Access>> {
        self.access.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RpcClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RpcClient")
            .field("node", &self.node)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// hyper wraps what the system said in several layers that say less.
fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
