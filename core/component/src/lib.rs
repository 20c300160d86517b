//! What every extractor and tool shares: how it is started, supervised, stopped
//! and asked how it is.

mod health;
mod hop_counts;
mod supervisor;

use std::future::Future;

pub use health::{Health, HealthHandle, HealthRegistry, State};
pub use hop_counts::HopCounts;
use peer_observer_bus::Bus;
pub use supervisor::Supervisor;
pub use tokio_util::sync::CancellationToken;

/// An extractor or a tool, configured and ready to run.
pub trait Component: Send + Sync + 'static {
    /// Its name in logs and health: `ebpf alice`, `web`.
    fn name(&self) -> String;

    /// One life of the component: returns when `context.shutdown` is cancelled
    /// or when it cannot go on. Called again, with back-off, after
    /// [`Failure::Temporary`] and after a panic.
    fn run(&self, context: Context) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// What a component works with.
#[derive(Clone)]
pub struct Context {
    /// Where events come from and go to.
    pub bus: Bus,
    /// Cancelled when the component should end.
    pub shutdown: CancellationToken,
    /// Where the component says how it is.
    pub health: HealthHandle,
}

/// Why a component ended.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It will not work however often it is tried: says what is missing and
    /// what to do about it.
    #[error("{what}; {remedy}")]
    CannotWork {
        /// What is missing.
        what: String,
        /// The command or setting that helps.
        remedy: String,
    },
    /// It may work when it is tried again.
    #[error("{0}")]
    Temporary(String),
}

impl Failure {
    /// A temporary failure from any error, with its causes.
    pub fn temporary(error: impl std::error::Error) -> Failure {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            text.push_str(": ");
            text.push_str(&inner.to_string());
            cause = inner.source();
        }
        Failure::Temporary(text)
    }
}

/// Metrics as text, for whoever serves them over HTTP.
pub trait Exposition: Send + Sync + 'static {
    /// The metrics now, in the OpenMetrics text format.
    fn text(&self) -> String;

    /// The metrics now, in the Prometheus text format 0.0.4, for readers that
    /// do not ask for OpenMetrics.
    fn plain_text(&self) -> String;
}
