//! What is measured in intervals: echo requests and block templates.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use peer_observer_event::{IpcEcho, Payload};
use peer_observer_ipc::{IpcClient, IpcError};
use tokio::time::{Interval, MissedTickBehavior};

use crate::calls::{Calls, Part};
use crate::report::{Report, Reports};
use crate::template::digest;

const LONGEST_ECHO: Duration = Duration::from_secs(5);
const LONGEST_CALL: Duration = Duration::from_secs(5);
/// Making a template waits for the node's main lock.
const LONGEST_TEMPLATE: Duration = Duration::from_secs(30);

/// Measures over one connection.
pub(crate) struct Meter<'a> {
    pub(crate) client: &'a IpcClient,
    pub(crate) calls: &'a Calls,
    pub(crate) reports: &'a Reports,
}

impl Meter<'_> {
    /// Measures how long the node takes to answer, for as long as it answers.
    pub(crate) async fn echoes(&self, every: Option<Duration>) -> Infallible {
        let mut interval = interval(every).await;
        loop {
            interval.tick().await;
            let echo = self.client.echo(LONGEST_ECHO).await.map(|round_trip| {
                Payload::IpcEcho(IpcEcho {
                    round_trip_ns: u64::try_from(round_trip.as_nanos()).unwrap_or(u64::MAX),
                })
            });
            self.came_of(Part::Echo, echo.map_err(Problem::from)).await;
        }
    }

    /// Has the node make a block template, for as long as it answers; not
    /// during its initial block download, when it would not mine either.
    pub(crate) async fn templates(&self, every: Option<Duration>) -> Infallible {
        let mut interval = interval(every).await;
        let mut far_behind = true;
        loop {
            interval.tick().await;
            if far_behind {
                let answer = self.client.is_initial_block_download(LONGEST_CALL).await;
                far_behind = answer.unwrap_or(true);
            }
            if far_behind {
                continue;
            }
            let template = self.template().await;
            self.came_of(Part::Template, template).await;
        }
    }

    async fn template(&self) -> Result<Payload, Problem> {
        let template = self.client.block_template(LONGEST_TEMPLATE).await?;
        // Reading 4 MB takes milliseconds, which would hold up other tasks.
        let digested = tokio::task::spawn_blocking(move || digest(&template)).await;
        let digested =
            digested.unwrap_or_else(|panic| Err(format!("a bug in its reader: {panic}")));
        let digested = digested.map_err(|text| Problem {
            word: "garbage",
            text: format!("the block template makes no sense: {text}"),
            is_final: false,
        })?;
        Ok(Payload::BlockTemplate(digested))
    }

    /// Counts and tells what came of a call.
    async fn came_of(&self, part: Part, outcome: Result<Payload, Problem>) {
        match outcome {
            Ok(payload) => {
                self.calls.whole(part, 1);
                self.reports.tell(Report::Failing(part, None)).await;
                self.reports.tell(Report::Measured(payload)).await;
            }
            Err(problem) => {
                self.calls.dropped(part, problem.word, 1);
                let text = Some(problem.text);
                self.reports.tell(Report::Failing(part, text)).await;
                if problem.is_final {
                    pending().await
                }
            }
        }
    }
}

/// Why a measurement failed.
struct Problem {
    word: &'static str,
    text: String,
    /// Will it fail as long as the connection lives?
    is_final: bool,
}

impl From<IpcError> for Problem {
    fn from(error: IpcError) -> Problem {
        Problem {
            word: error.word(),
            text: error.to_string(),
            is_final: matches!(
                error,
                IpcError::Lacks { .. } | IpcError::Disconnected { .. } | IpcError::Stopping
            ),
        }
    }
}

/// Ticks from now on; without an interval never.
async fn interval(every: Option<Duration>) -> Interval {
    let Some(every) = every else {
        return pending().await;
    };
    let mut interval = tokio::time::interval(every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
