//! Is the node there, and since when? Asked of the process table each second
//! and of the node itself (`uptime`) from time to time.

use std::sync::Arc;
use std::time::Duration;

use peer_observer_ipc::IpcError;
use peer_observer_node::{Node, NodeError, NodeSettings, Process, RpcError, RpcLimits};
use serde_json::Value;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use crate::failure::CallFailure;
use crate::method::Misread;
use crate::transport::{Caller, Transport};

/// The method that is called: it costs the node nothing, and takes no lock.
pub(crate) const PROBE: &str = "uptime";

const LOOK: Duration = Duration::from_secs(1);
const CALL_WHILE_THERE: Duration = Duration::from_secs(10);
const CALL_WHILE_AWAY: Duration = Duration::from_secs(1);
/// The node writes a line into its log for each of these.
const CALL_AFTER_REFUSAL: Duration = Duration::from_secs(600);
const CALL_AFTER_WRONG_CREDENTIALS: Duration = Duration::from_secs(10);
/// A node that is away may come back with another chain.
const LOCATE_AGAIN: Duration = Duration::from_secs(1);

const LIMITS: RpcLimits = RpcLimits {
    connect_timeout: Duration::from_secs(2),
    call_timeout: Duration::from_secs(5),
    reply_bytes: 64 << 10,
};

/// What the probe found.
pub(crate) struct Sighting {
    pub(crate) node: Node,
    /// Its process, where that is visible.
    pub(crate) process: Option<Process>,
    /// Its uptime, which it may keep for itself, or why it does not answer.
    pub(crate) uptime: Result<Option<Duration>, CallFailure>,
    /// Where it answers, for people.
    pub(crate) place: String,
}

/// Looks for the node until nobody listens any more, at once when `doubt` is notified.
pub(crate) async fn look_for_node(
    settings: NodeSettings,
    node: Node,
    transport: Transport,
    doubt: Arc<Notify>,
    sightings: mpsc::Sender<Sighting>,
) {
    let mut probe = Probe::new(node, &transport);
    let mut doubted = false;
    loop {
        let process = probe.process().await;
        let now = Instant::now();
        if doubted || process != probe.process || now >= probe.next_call {
            probe.process = process;
            let sighting = probe.sight().await;
            let away = sighting.uptime.is_err();
            if sightings.send(sighting).await.is_err() {
                return;
            }
            if away && probe.located.elapsed() >= LOCATE_AGAIN {
                probe.locate(&settings, &transport).await;
            }
        }
        doubted = tokio::select! {
            () = tokio::time::sleep(LOOK) => false,
            () = doubt.notified() => true,
        };
    }
}

/// Finds the node's files, off the threads that other tasks need.
pub(crate) async fn locate(settings: &NodeSettings) -> Result<Node, NodeError> {
    let settings = settings.clone();
    let located = tokio::task::spawn_blocking(move || Node::locate(&settings)).await;
    // The closure is not cancelled, so only a panic gets here; it goes on where it belongs.
    located.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

struct Probe {
    node: Node,
    caller: Caller,
    process: Option<Process>,
    located: Instant,
    next_call: Instant,
    has_answered: bool,
}

impl Probe {
    fn new(node: Node, transport: &Transport) -> Probe {
        let now = Instant::now();
        let caller = transport.caller(&node, LIMITS);
        Probe {
            node,
            caller,
            process: None,
            located: now,
            next_call: now,
            has_answered: false,
        }
    }

    /// The process; one that cannot be seen counts as none.
    async fn process(&self) -> Option<Process> {
        let node = self.node.clone();
        let looked = tokio::task::spawn_blocking(move || node.process()).await;
        match looked {
            Ok(Ok(process)) => process,
            Ok(Err(error)) => {
                tracing::debug!(node = self.node.name(), "cannot see the process: {error}");
                None
            }
            Err(_) => None,
        }
    }

    async fn sight(&mut self) -> Sighting {
        let (uptime, pause) = match self.uptime().await {
            Ok(uptime) => (Ok(Some(uptime)), CALL_WHILE_THERE),
            Err(
                failure @ (CallFailure::Rpc(RpcError::Unauthorized { .. })
                | CallFailure::Ipc(
                    IpcError::PermissionDenied { .. } | IpcError::Lacks { .. },
                )),
            ) => (Err(failure), CALL_AFTER_WRONG_CREDENTIALS),
            Err(CallFailure::Rpc(RpcError::Forbidden { .. })) => (Ok(None), CALL_AFTER_REFUSAL),
            Err(failure @ CallFailure::Misread(_)) => (Err(failure), CALL_WHILE_AWAY),
            Err(failure) if failure.is_answer() => (Ok(None), CALL_WHILE_THERE),
            Err(failure) => (Err(failure), CALL_WHILE_AWAY),
        };
        self.next_call = Instant::now() + pause;
        self.has_answered |= uptime.is_ok();
        Sighting {
            node: self.node.clone(),
            process: self.process.clone(),
            uptime,
            place: self.caller.place().await,
        }
    }

    async fn uptime(&self) -> Result<Duration, CallFailure> {
        let result = self.caller.call(PROBE, Value::Null).await?;
        let seconds = serde_json::from_str(result.get()).map_err(Misread::from)?;
        Ok(Duration::from_secs(seconds))
    }

    /// Finds the node's files anew: it may come back with another chain or
    /// another bitcoin.conf. While nothing runs, the chain is a guess, which
    /// is no better than what was known before.
    async fn locate(&mut self, settings: &NodeSettings, transport: &Transport) {
        self.located = Instant::now();
        let node = match locate(settings).await {
            Ok(node) => node,
            Err(error) => return tracing::debug!("cannot locate the node: {error}"),
        };
        let mut found = Probe::new(node, transport);
        let (known, new) = (self.node.chain(), found.node.chain());
        if known != new {
            if self.has_answered && found.process().await.is_none() {
                return;
            }
            tracing::info!(node = found.node.name(), "the chain is {new}, not {known}");
        }
        found.next_call = self.next_call;
        found.has_answered = self.has_answered;
        *self = found;
    }
}
