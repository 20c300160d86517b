//! Starts components, starts them again when they fail, stops them together.

use std::sync::Arc;
use std::time::Duration;

use peer_observer_bus::Bus;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::{Component, Context, Failure, HealthRegistry, State};

const FIRST_BACK_OFF: Duration = Duration::from_secs(1);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(60);
/// A component that lived so long before it failed starts again at once-ish.
const GOOD_LIFE: Duration = Duration::from_secs(60);
/// A component that has not ended so long after shutdown is left behind.
const LONGEST_SHUTDOWN: Duration = Duration::from_secs(10);

/// Runs components until shutdown.
pub struct Supervisor {
    bus: Bus,
    shutdown: CancellationToken,
    health: HealthRegistry,
    lives: JoinSet<()>,
}

impl Supervisor {
    /// A supervisor without components.
    pub fn new(bus: Bus, shutdown: CancellationToken, health: HealthRegistry) -> Supervisor {
        Supervisor {
            bus,
            shutdown,
            health,
            lives: JoinSet::new(),
        }
    }

    /// Starts a component.
    pub fn start(&mut self, component: impl Component) {
        let component = Arc::new(component);
        let health = self.health.handle(&component.name());
        let context = Context {
            bus: self.bus.clone(),
            shutdown: self.shutdown.clone(),
            health,
        };
        self.lives.spawn(live(component, context));
    }

    /// Waits until all components have ended, which they do on shutdown.
    pub async fn finish(mut self) {
        let shutdown = self.shutdown.clone();
        let all = async { while self.lives.join_next().await.is_some() {} };
        tokio::select! {
            () = all => return,
            () = shutdown.cancelled() => {}
        }
        let all = async { while self.lives.join_next().await.is_some() {} };
        if tokio::time::timeout(LONGEST_SHUTDOWN, all).await.is_err() {
            warn!("some components did not end in time, leaving them behind");
        }
    }
}

async fn live<C: Component>(component: Arc<C>, context: Context) {
    let name = component.name();
    let mut back_off = FIRST_BACK_OFF;
    loop {
        let started = tokio::time::Instant::now();
        let run = {
            let (component, context) = (Arc::clone(&component), context.clone());
            tokio::spawn(async move { component.run(context).await })
        };
        let failure = match run.await {
            Ok(Ok(())) => {
                info!(component = name, "ended");
                return;
            }
            Ok(Err(failure)) => failure,
            Err(panic) => Failure::Temporary(format!("a bug in {name}: {panic}")),
        };
        if context.shutdown.is_cancelled() {
            return;
        }
        context.health.set(State::Failed, failure.to_string());
        if let Failure::CannotWork { .. } = failure {
            error!(component = name, "cannot work: {failure}");
            return;
        }
        if started.elapsed() > GOOD_LIFE {
            back_off = FIRST_BACK_OFF;
        }
        warn!(
            component = name,
            "failed, trying again in {} s: {failure}",
            back_off.as_secs()
        );
        tokio::select! {
            () = tokio::time::sleep(back_off) => back_off = (back_off * 2).min(LONGEST_BACK_OFF),
            () = context.shutdown.cancelled() => return,
        }
    }
}
