//! The open connections: a bounded number. When one too many comes, the one
//! that has been unused for longest has to go, so that clients which connect
//! and then stall cannot lock others out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use peer_observer_component::CancellationToken;
use tokio::time::Instant;

/// The registry. Clones are the same one.
#[derive(Clone)]
pub(super) struct Connections {
    most: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    next_id: u64,
    by_id: HashMap<u64, Entry>,
}

struct Entry {
    used: Instant,
    close: CancellationToken,
}

/// One connection's place in the registry, given back when dropped.
pub(super) struct Connection {
    id: u64,
    registry: Connections,
    close: CancellationToken,
}

impl Connections {
    pub(super) fn new(most: usize) -> Connections {
        Connections {
            most: most.max(1),
            open: Arc::default(),
        }
    }

    /// Takes a connection in.
    pub(super) fn admit(&self) -> Connection {
        let mut open = self.lock();
        if open.by_id.len() >= self.most {
            open.close_longest_unused();
        }
        let id = open.next_id;
        open.next_id += 1;
        let close = CancellationToken::new();
        open.by_id.insert(
            id,
            Entry {
                used: Instant::now(),
                close: close.clone(),
            },
        );
        Connection {
            id,
            registry: self.clone(),
            close,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Nothing under this lock can panic half-way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn close_longest_unused(&mut self) {
        let longest = self
            .by_id
            .iter()
            .min_by_key(|(_, entry)| entry.used)
            .map(|(id, _)| *id);
        if let Some(entry) = longest.and_then(|id| self.by_id.remove(&id)) {
            entry.close.cancel();
        }
    }
}

impl Connection {
    /// A request has come.
    pub(super) fn used(&self) {
        if let Some(entry) = self.registry.lock().by_id.get_mut(&self.id) {
            entry.used = Instant::now();
        }
    }

    /// When the last request came, or the connection; `None` when it has to go.
    pub(super) fn last_used(&self) -> Option<Instant> {
        self.registry
            .lock()
            .by_id
            .get(&self.id)
            .map(|entry| entry.used)
    }

    /// Waits until the connection has to make room for another.
    pub(super) async fn has_to_go(&self) {
        self.close.cancelled().await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.registry.lock().by_id.remove(&self.id);
    }
}
