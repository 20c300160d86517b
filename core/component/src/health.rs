//! How each component is, for `/readyz`, the page and the log.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use peer_observer_bus::wall_clock_ns;

/// How a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not got there yet.
    Starting,
    /// It does what it should.
    Working,
    /// It is all right, but something that it needs is away: the node, a server.
    Waiting,
    /// There is nothing for it to do: the node does not offer what it would look at.
    Off,
    /// It cannot work.
    Failed,
}

impl State {
    /// The word for this state.
    pub const fn word(self) -> &'static str {
        match self {
            State::Starting => "starting",
            State::Working => "working",
            State::Waiting => "waiting",
            State::Off => "off",
            State::Failed => "failed",
        }
    }
}

/// A component's state, since when, and a sentence for people.
#[derive(Clone, Debug)]
pub struct Health {
    /// How it is.
    pub state: State,
    /// What it waits for, why it failed, what it works with.
    pub detail: String,
    /// Since when it is in this state, nanoseconds since the epoch.
    pub since_ns: u64,
}

/// The health of all components. Clones are the same registry.
#[derive(Clone, Default)]
pub struct HealthRegistry(Arc<Mutex<BTreeMap<String, Health>>>);

impl HealthRegistry {
    /// The handle through which `component` reports.
    pub fn handle(&self, component: &str) -> HealthHandle {
        let handle = HealthHandle {
            registry: self.clone(),
            component: component.to_owned(),
        };
        handle.set(State::Starting, "");
        handle
    }

    /// All components and how they are.
    pub fn all(&self) -> BTreeMap<String, Health> {
        self.lock().clone()
    }

    /// Is every component working that has something to do?
    pub fn is_ready(&self) -> bool {
        self.lock()
            .values()
            .all(|health| matches!(health.state, State::Working | State::Off))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Health>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One component's way to say how it is.
#[derive(Clone)]
pub struct HealthHandle {
    registry: HealthRegistry,
    component: String,
}

impl HealthHandle {
    /// Reports; `since` moves only when the state changes.
    pub fn set(&self, state: State, detail: impl Into<String>) {
        let mut all = self.registry.lock();
        let since_ns = match all.get(&self.component) {
            Some(known) if known.state == state => known.since_ns,
            _ => wall_clock_ns(),
        };
        all.insert(
            self.component.clone(),
            Health {
                state,
                detail: detail.into(),
                since_ns,
            },
        );
    }
}
