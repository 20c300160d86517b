//! SIGINT and SIGTERM: the first ends everything in order, the second at once.

use anyhow::Context;
use peer_observer_component::CancellationToken;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{info, warn};

/// Exit code of a process that a second signal ended; as shells say it of SIGINT.
const ENDED_AT_ONCE: i32 = 130;

/// The signals that end the program.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Takes the signals over from the system's default.
    pub(crate) fn new() -> anyhow::Result<Signals> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Signals {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// Waits for one of them and names it.
    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }

    /// Cancels `shutdown` at the first signal and exits at the second.
    pub(crate) async fn end_with(mut self, shutdown: CancellationToken) {
        let signal = self.next().await;
        info!("{signal}: ending; once more ends at once");
        shutdown.cancel();
        let signal = self.next().await;
        warn!("{signal} again: ending at once");
        std::process::exit(ENDED_AT_ONCE);
    }
}
