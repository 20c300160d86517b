//! The node's lives: finding its socket, connecting, noticing the end.

use std::time::Duration;

use peer_observer_bus::wall_clock_ns;
use peer_observer_component::CancellationToken;
use peer_observer_ipc::{BlockRef, IpcClient, IpcError, Limits};
use peer_observer_node::{NodeSettings, Process};

use crate::IpcExtractorSettings;
use crate::calls::{Calls, Part};
use crate::follow::Follower;
use crate::history::History;
use crate::lookups::Lookups;
use crate::measure::Meter;
use crate::place::{NoPlace, Place};
use crate::report::{Back, Moved, Report, Reports, Untold};

const LIMITS: Limits = Limits {
    connect_timeout: Duration::from_secs(5),
    // A template of 4 MB is the largest answer.
    reply_bytes: 8 << 20,
};

/// From one attempt to the next, the first and the longest. A node that is
/// down costs nothing to look for...
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE_WHILE_DOWN: Duration = Duration::from_secs(1);
/// ...but where something else is wrong somebody has to do something first.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A node that was stopping, and whose process cannot be seen.
const WHILE_STOPPING: Duration = Duration::from_secs(10);

/// Loading the chain takes minutes, on a slow disk more.
const LONGEST_START: Duration = Duration::from_secs(600);

/// Connects to the node again and again.
pub(crate) struct Lives {
    pub(crate) node: NodeSettings,
    pub(crate) settings: IpcExtractorSettings,
    pub(crate) calls: Calls,
    pub(crate) reports: Reports,
    pub(crate) shutdown: CancellationToken,
}

/// How an attempt ended.
struct End {
    /// Bounds of the pause before the next one.
    shortest_pause: Duration,
    longest_pause: Duration,
    /// The process that is shutting down and must not be asked for anything.
    stopping: Option<Process>,
    /// Has the node answered?
    was_there: bool,
}

impl Lives {
    /// Returns on shutdown, with nothing under way in the node.
    pub(crate) async fn run(self) {
        let mut last = None;
        let mut stopping = None;
        let mut pause = FIRST_PAUSE;
        while !self.shutdown.is_cancelled() {
            let end = self.attempt(&mut last, stopping.take()).await;
            stopping = end.stopping;
            if end.was_there {
                pause = FIRST_PAUSE;
            }
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                () = tokio::time::sleep(pause.clamp(end.shortest_pause, end.longest_pause)) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// One connection, if there is one to be had. `last` is the tip that was
    /// told last.
    async fn attempt(&self, last: &mut Option<BlockRef>, stopping: Option<Process>) -> End {
        let mut end = End {
            shortest_pause: FIRST_PAUSE,
            longest_pause: LONGEST_PAUSE_WHILE_DOWN,
            stopping: None,
            was_there: false,
        };
        let place = match Place::find(&self.node, self.settings.socket.clone()).await {
            Ok(place) => place,
            Err(error @ NoPlace::NotUnix { .. }) => {
                self.reports.tell(Report::Off(error.to_string())).await;
                return end;
            }
            Err(error @ NoPlace::Node(_)) => {
                self.reports.tell(Report::Away(error.to_string())).await;
                return end;
            }
        };
        if stopping.is_some() && stopping == place.process {
            end.stopping = stopping;
            return end;
        }
        let connected = tokio::select! {
            connected = IpcClient::connect(&place.socket, LIMITS) => connected,
            () = self.shutdown.cancelled() => return end,
        };
        let client = match connected {
            Ok(client) => client,
            Err(error) => {
                if !is_down(&error) {
                    end.longest_pause = LONGEST_PAUSE;
                }
                let report = match place.offers_none(&error) {
                    true => Report::Off(error.to_string()),
                    false => Report::Away(error.to_string()),
                };
                self.reports.tell(report).await;
                return end;
            }
        };
        let error = tokio::select! {
            error = self.live(&place, &client, last, &mut end.was_there) => error,
            () = self.shutdown.cancelled() => {
                client.close().await;
                return end;
            }
        };
        client.close().await;
        if error == IpcError::Stopping {
            if place.process.is_none() {
                (end.shortest_pause, end.longest_pause) = (WHILE_STOPPING, WHILE_STOPPING);
            }
            end.stopping = place.process;
        } else if !end.was_there {
            end.longest_pause = LONGEST_PAUSE;
        }
        let report = match end.was_there {
            true => Report::Gone(error.to_string()),
            false => Report::Away(error.to_string()),
        };
        self.reports.tell(report).await;
        end
    }

    /// What is done over one connection, and why it came to an end.
    async fn live(
        &self,
        place: &Place,
        client: &IpcClient,
        last: &mut Option<BlockRef>,
        was_there: &mut bool,
    ) -> IpcError {
        let (calls, reports) = (&self.calls, &self.reports);
        reports.tell(Report::Loading(place.socket.clone())).await;
        let tip = loop {
            match client.tip(LONGEST_START).await {
                Ok(Some(tip)) => break tip,
                // For a moment behind loading the chain there is none yet.
                Ok(None) => tokio::time::sleep(FIRST_PAUSE).await,
                Err(error) => {
                    calls.dropped(Part::Tip, error.word(), 1);
                    return error;
                }
            }
        };
        let seen_ns = wall_clock_ns();
        calls.whole(Part::Tip, 1);
        let lookups = Lookups::new(client, &place.node, calls);
        let uptime = match place.process {
            Some(_) => None,
            None => lookups.uptime().await.ok(),
        };
        *was_there = true;
        let back = Back {
            socket: place.socket.clone(),
            process: place.process.clone(),
            uptime,
        };
        reports.tell(Report::Back(back)).await;
        if last.is_none() {
            let moved = Moved {
                from: None,
                tip,
                seen_ns,
                history: History::starting_with(tip),
                untold_because: Untold::TooMany,
            };
            reports.tell(Report::Moved(moved)).await;
        }
        // What the tip has become in the meantime the node tells at once.
        let last = last.get_or_insert(tip);
        let follower = Follower {
            client,
            lookups: &lookups,
            calls,
            reports,
        };
        let meter = Meter {
            client,
            calls,
            reports,
        };
        tokio::select! {
            biased; // A node that stops says so before it closes the connection.
            error = follower.follow(last) => error,
            error = client.closed() => error,
            never = meter.echoes(self.settings.echo_interval) => match never {},
            never = meter.templates(self.settings.template_interval) => match never {},
        }
    }
}

/// Could it be that the node is only down?
fn is_down(error: &IpcError) -> bool {
    matches!(
        error,
        IpcError::NoSocket { .. } | IpcError::Refused { .. } | IpcError::CannotConnect { .. }
    )
}
