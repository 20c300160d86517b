//! Everybody who has connected and is not known yet.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::net::TcpStream;
use tokio::task::{AbortHandle, Id, JoinSet};

use crate::identity::{self, Verdict};
use crate::introduction::{Introduced, Reception, Refusal, introduce};

/// So many at a time. When one more comes, the one that has been at it for
/// longest goes: a node shakes hands within milliseconds, so neither silent
/// peers nor a flood keep it out for long.
const MOST: usize = 16;

/// What became of a candidate, or of a look at the connection that is measured.
pub(crate) enum Outcome {
    /// It has introduced itself.
    Introduced(Box<Introduced>),
    /// It is not taken.
    Refused(Refusal),
    /// What the node says of the connection with this user agent.
    Verdict(String, Verdict),
}

/// The candidates, each a task of its own. Dropping this ends them.
pub(crate) struct Candidates {
    reception: Arc<Reception>,
    tasks: JoinSet<Outcome>,
    /// The oldest first.
    waiting: VecDeque<Waiting>,
}

struct Waiting {
    task: AbortHandle,
    /// The handshake is done.
    greeted: Arc<AtomicBool>,
}

impl Candidates {
    pub(crate) fn new(reception: Reception) -> Candidates {
        Candidates {
            reception: Arc::new(reception),
            tasks: JoinSet::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Takes one more; `true` when another had to go for it.
    pub(crate) fn take(&mut self, stream: TcpStream) -> bool {
        let is_full = self.waiting.len() >= MOST;
        if is_full {
            self.drop_one();
        }
        let greeted = Arc::new(AtomicBool::new(false));
        let introduction = introduce(stream, Arc::clone(&self.reception), Arc::clone(&greeted));
        let task = self.tasks.spawn(async {
            match introduction.await {
                Ok(introduced) => Outcome::Introduced(Box::new(introduced)),
                Err(refusal) => Outcome::Refused(refusal),
            }
        });
        self.waiting.push_back(Waiting { task, greeted });
        is_full
    }

    /// The oldest that has not shaken hands, else the oldest.
    fn drop_one(&mut self) {
        let idle = |waiting: &Waiting| !waiting.greeted.load(Ordering::Relaxed);
        let index = self.waiting.iter().position(idle).unwrap_or_default();
        if let Some(waiting) = self.waiting.remove(index) {
            waiting.task.abort();
        }
    }

    /// Looks whether the connection with this user agent is our node's.
    pub(crate) fn verify(&mut self, agent: String) {
        let reception = Arc::clone(&self.reception);
        self.tasks.spawn(async move {
            let verdict = identity::verify(&reception.watched, &agent).await;
            Outcome::Verdict(agent, verdict)
        });
    }

    /// The next outcome. Cancel safe.
    ///
    /// # Errors
    ///
    /// What a bug in a task said.
    pub(crate) async fn next(&mut self) -> Result<Outcome, String> {
        loop {
            match self.tasks.join_next_with_id().await {
                None => pending().await,
                Some(Ok((id, outcome))) => {
                    self.forget(id);
                    return Ok(outcome);
                }
                // One that had to go.
                Some(Err(error)) if error.is_cancelled() => {}
                Some(Err(panic)) => return Err(panic.to_string()),
            }
        }
    }

    fn forget(&mut self, id: Id) {
        self.waiting.retain(|waiting| waiting.task.id() != id);
    }
}
