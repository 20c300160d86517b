//! One method's task: calls it in its interval for as long as the node is there.

use std::time::Duration;

use peer_observer_bus::Draft;
use peer_observer_node::{RpcClient, RpcLimits};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::MethodSettings;
use crate::failure::CallFailure;
use crate::link::LinkWatch;
use crate::method::{Method, Misread, Reply};

/// A method that the node refuses is asked for again after this time only:
/// each attempt is a line in the node's log.
const AFTER_REFUSAL: Duration = Duration::from_secs(600);

/// What came of a call.
pub(crate) struct Called {
    pub(crate) method: &'static str,
    pub(crate) result: Result<Draft, CallFailure>,
}

/// Calls `method` until nobody listens any more.
pub(crate) async fn call_in_interval(
    method: Method,
    settings: MethodSettings,
    mut link: LinkWatch,
    called: mpsc::Sender<Called>,
) {
    let limits = RpcLimits {
        call_timeout: settings.timeout,
        reply_bytes: method.reply_limit_bytes,
        ..RpcLimits::default()
    };
    // One life of the node after the other: each has its own client.
    while let Some(now) = link.up().await {
        let client = RpcClient::with_limits(&now.node, limits);
        let calls = call_one_life(method, settings.interval, &client, &called);
        tokio::select! {
            () = calls => return,
            () = link.changed_since(now.generation) => {}
        }
    }
}

/// Returns when nobody listens any more.
async fn call_one_life(
    method: Method,
    interval: Duration,
    client: &RpcClient,
    called: &mpsc::Sender<Called>,
) {
    loop {
        let began = Instant::now();
        let result = call(method, client).await;
        let refused = result.as_ref().is_err_and(CallFailure::is_refusal);
        if called
            .send(Called {
                method: method.name,
                result,
            })
            .await
            .is_err()
        {
            return;
        }
        let pause = if refused { AFTER_REFUSAL } else { interval };
        tokio::time::sleep_until(began + pause).await;
    }
}

async fn call(method: Method, client: &RpcClient) -> Result<Draft, CallFailure> {
    let began = Instant::now();
    let params = serde_json::from_str(method.params).map_err(Misread::from)?;
    let result = client.call(method.name, params).await?;
    let duration = began.elapsed();
    // A large reply takes milliseconds to read, which would hold up other tasks.
    let read = move || {
        let reply = Reply {
            result: &result,
            duration,
        };
        let payload = (method.payload)(&reply)?;
        let bulk_bytes = result.get().len();
        Ok(Draft {
            bulk_bytes,
            ..Draft::now(payload)
        })
    };
    let read = tokio::task::spawn_blocking(read).await;
    read.unwrap_or_else(|panic| Err(Misread(format!("a bug in its reader: {panic}")).into()))
}
