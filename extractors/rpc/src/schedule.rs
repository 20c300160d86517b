//! One method's task: calls it in its interval for as long as the node is there.

use std::time::Duration;

use peer_observer_bus::Draft;
use peer_observer_node::RpcLimits;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::MethodSettings;
use crate::failure::CallFailure;
use crate::link::LinkWatch;
use crate::method::{Method, Misread, Reply};
use crate::transport::{Caller, Transport};

/// A method that the node refuses is asked for again after this time only:
/// each attempt is a line in the node's log.
const AFTER_REFUSAL: Duration = Duration::from_secs(600);

/// Methods begin one after the other, so that the node never gets as many calls
/// at once as there are methods, and keep that distance where their intervals
/// are multiples of each other. A node works on 16 calls at a time (`-rpcthreads`).
const BETWEEN_FIRST_CALLS: Duration = Duration::from_millis(50);

/// When a method is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// From the node's coming to the first call.
    first_after: Duration,
    interval: Duration,
    timeout: Duration,
}

impl Times {
    /// Of the `index`th method that is called.
    pub(crate) fn new(index: u32, settings: MethodSettings) -> Times {
        Times {
            first_after: BETWEEN_FIRST_CALLS * index,
            interval: settings.interval,
            timeout: settings.timeout,
        }
    }

    /// From the beginning of a call to that of the next, when the
    /// last `timeouts` calls were not answered in time. The node goes on
    /// working on a call that nobody waits for any more, so calls that take too
    /// long come ever more rarely: else they would pile up in a node that is
    /// busy, until it takes calls from nobody.
    fn pause(&self, timeouts: u32) -> Duration {
        let longer = self.interval.saturating_mul(1 << timeouts.min(16));
        longer.min(AFTER_REFUSAL.max(self.interval))
    }
}

/// What came of a call.
pub(crate) struct Called {
    pub(crate) method: &'static str,
    pub(crate) result: Result<Draft, CallFailure>,
}

/// Calls `method` until nobody listens any more.
pub(crate) async fn call_in_interval(
    method: Method,
    times: Times,
    transport: Transport,
    mut link: LinkWatch,
    called: mpsc::Sender<Called>,
) {
    let limits = RpcLimits {
        call_timeout: times.timeout,
        reply_bytes: method.reply_limit_bytes,
        ..RpcLimits::default()
    };
    // One life of the node after the other: each has its own caller.
    while let Some(now) = link.up().await {
        let caller = transport.caller(&now.node, limits);
        let calls = call_one_life(method, times, &caller, &called);
        tokio::select! {
            () = calls => return,
            () = link.changed_since(now.generation) => {}
        }
    }
}

/// Returns when nobody listens any more.
async fn call_one_life(
    method: Method,
    times: Times,
    caller: &Caller,
    called: &mpsc::Sender<Called>,
) {
    tokio::time::sleep(times.first_after).await;
    let mut timeouts = 0;
    loop {
        let began = Instant::now();
        let result = call(method, caller).await;
        let failure = result.as_ref().err();
        timeouts = match failure {
            Some(failure) if failure.is_timeout() => timeouts + 1,
            _ => 0,
        };
        let pause = match failure {
            Some(failure) if failure.is_refusal() => AFTER_REFUSAL,
            _ => times.pause(timeouts),
        };
        let method = method.name;
        if called.send(Called { method, result }).await.is_err() {
            return;
        }
        tokio::time::sleep_until(began + pause).await;
    }
}

async fn call(method: Method, caller: &Caller) -> Result<Draft, CallFailure> {
    let began = Instant::now();
    let mut results = Vec::with_capacity(method.params.len());
    for params in method.params {
        let params = serde_json::from_str(params).map_err(Misread::from)?;
        results.push(caller.call(method.name, params).await?);
    }
    let duration = began.elapsed();
    // A large reply takes milliseconds to read, which would hold up other tasks.
    let read = move || {
        let reply = Reply {
            results: &results,
            duration,
        };
        let bulk_bytes = usize::try_from(reply.bytes()).unwrap_or(usize::MAX);
        Ok(Draft {
            bulk_bytes,
            ..Draft::now((method.payload)(&reply)?)
        })
    };
    let read = tokio::task::spawn_blocking(read).await;
    read.unwrap_or_else(|panic| Err(Misread(format!("a bug in its reader: {panic}")).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_take_too_long_come_ever_more_rarely() {
        let seconds = Duration::from_secs;
        let times = |interval| {
            let settings = MethodSettings {
                enabled: true,
                interval,
                timeout: seconds(5),
            };
            Times::new(3, settings)
        };
        let pauses = [0, 1, 2, 6, u32::MAX].map(|timeouts| times(seconds(10)).pause(timeouts));
        assert_eq!(pauses, [10, 20, 40, 600, 600].map(seconds));
        assert_eq!(times(seconds(3600)).pause(5), seconds(3600));
        assert_eq!(times(seconds(10)).first_after, Duration::from_millis(150));
    }
}
