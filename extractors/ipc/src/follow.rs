//! Waiting for the chain's tip to change, and finding out what came between.

use std::time::Duration;

use peer_observer_bus::wall_clock_ns;
use peer_observer_ipc::{BlockRef, IpcClient, IpcError};

use crate::calls::{Calls, Part};
use crate::history::History;
use crate::lookups::{LookupError, Lookups};
use crate::report::{Moved, Report, Reports, Untold};

/// The node answers after this time although nothing has changed, so that it
/// is known to be well.
const WAIT: Duration = Duration::from_secs(5);

const LONGEST_CALL: Duration = Duration::from_secs(5);

/// Of more blocks than these that came at once, only the newest are told: two
/// weeks on the main chain. Looking up 1,000 takes a second at most.
const MOST_FILLED_IN: usize = 2_000;

/// During the initial block download the tip is told so often, and nothing is
/// filled in.
const WHILE_FAR_BEHIND: Duration = Duration::from_secs(1);

/// Follows one node's tip over one connection.
pub(crate) struct Follower<'a> {
    pub(crate) client: &'a IpcClient,
    pub(crate) lookups: &'a Lookups,
    pub(crate) calls: &'a Calls,
    pub(crate) reports: &'a Reports,
}

impl Follower<'_> {
    /// Follows from the tip that was told last, and says why it came to an end.
    pub(crate) async fn follow(&self, last: &mut BlockRef) -> IpcError {
        // The node never falls back into its initial block download.
        let mut far_behind = true;
        loop {
            let waited = self.client.wait_tip_changed(last.hash, WAIT).await;
            let seen_ns = wall_clock_ns();
            let tip = match waited {
                Ok(tip) => tip,
                Err(error) => {
                    self.calls.dropped(Part::Tip, error.word(), 1);
                    return error;
                }
            };
            self.calls.whole(Part::Tip, 1);
            if tip == *last {
                continue;
            }
            if far_behind {
                far_behind = match self.client.is_initial_block_download(LONGEST_CALL).await {
                    Ok(far_behind) => far_behind,
                    Err(error) => return error,
                };
            }
            let (history, untold_because) = match self.history(*last, tip, far_behind).await {
                Ok(history) => history,
                Err(error) => return error,
            };
            let moved = Moved {
                from: Some(*last),
                tip,
                seen_ns,
                history,
                untold_because,
            };
            self.reports.tell(Report::Moved(moved)).await;
            *last = tip;
            if far_behind {
                tokio::time::sleep(WHILE_FAR_BEHIND).await;
            }
        }
    }

    /// What came between; an error when the connection has ended, so that it
    /// is found out over the next one.
    async fn history(
        &self,
        from: BlockRef,
        to: BlockRef,
        far_behind: bool,
    ) -> Result<(History, Untold), IpcError> {
        let (most, because) = match far_behind {
            true => (0, Untold::InitialBlockDownload),
            false => (MOST_FILLED_IN, Untold::TooMany),
        };
        let (history, problem) = match History::between(self.lookups, from, to, most).await {
            Ok(history) => ((history, because), None),
            // The node has another chain than the one before it.
            Err(error) if error.is_unknown_block() => ((History::starting_with(to), because), None),
            Err(LookupError::Ipc(error @ (IpcError::Disconnected { .. } | IpcError::Stopping))) => {
                return Err(error);
            }
            Err(error) => {
                let history = History::unknown(from, to);
                let text = format!("cannot look up blocks: {error}");
                ((history, Untold::NotLookedUp), Some(text))
            }
        };
        let problem = problem.or_else(|| {
            let why = self.lookups.detour()?;
            Some(format!("blocks are looked up over HTTP: {why}"))
        });
        self.reports.tell(Report::Failing(Part::Rpc, problem)).await;
        Ok(history)
    }
}
