//! Waiting for conditions instead of for times.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long a condition may take. Generous: it is reached only when something
/// is broken, and a loaded machine must not look like that.
pub const DEADLINE: Duration = Duration::from_secs(60);

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Waits until `condition` is true; fails with `what` after [`DEADLINE`].
///
/// ```no_run
/// # async fn example(node: &testkit::Node) -> anyhow::Result<()> {
/// testkit::wait_for("the node has a peer", async || {
///     node.rpc::<u64>("getconnectioncount", ()).await.is_ok_and(|count| count == 1)
/// })
/// .await
/// # }
/// ```
pub async fn wait_for(what: &str, mut condition: impl AsyncFnMut() -> bool) -> Result<()> {
    wait_for_value(what, async || condition().await.then_some(())).await
}

/// Waits until `attempt` gives a value; fails with `what` after [`DEADLINE`].
pub async fn wait_for_value<T>(
    what: &str,
    mut attempt: impl AsyncFnMut() -> Option<T>,
) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(value) = attempt().await {
            return Ok(value);
        }
        if started.elapsed() > DEADLINE {
            bail!("waited {DEADLINE:?} in vain for this: {what}");
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
