//! What became of a peer, from its connection to its end.

use std::sync::Arc;

use serde::Serialize;

/// So many misbehaviours are listed; the peer's row counts them all.
const MOST_MISBEHAVIOURS: usize = 16;

/// Something that happens once in a peer's life, misbehaving apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    Opened,
    VersionReceived,
    VersionSent,
    VerackReceived,
    VerackSent,
    Misbehaving,
    Evicted,
    Closed,
}

/// One line of `lifecycle` in the API.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Step {
    time_ns: String,
    stage: Stage,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Arc<str>>,
}

/// The stages in the order in which they were seen.
#[derive(Default)]
pub(super) struct Lifecycle(Vec<(u64, Stage, Option<Arc<str>>)>);

impl Lifecycle {
    /// The peer is at this stage for the first time; a repetition changes nothing.
    pub(super) fn reach(&mut self, time_ns: u64, stage: Stage, detail: Option<Arc<str>>) {
        if !self.0.iter().any(|(_, known, _)| *known == stage) {
            self.0.push((time_ns, stage, detail));
        }
    }

    pub(super) fn misbehave(&mut self, time_ns: u64, reason: Arc<str>) {
        let is_one = |(_, stage, _): &&(u64, Stage, _)| *stage == Stage::Misbehaving;
        if self.0.iter().filter(is_one).count() < MOST_MISBEHAVIOURS {
            self.0.push((time_ns, Stage::Misbehaving, Some(reason)));
        }
    }

    /// The end was concluded, and wrong.
    pub(super) fn reopen(&mut self) {
        self.0.retain(|(_, stage, _)| *stage != Stage::Closed);
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        let step = |(time_ns, stage, detail): &(u64, Stage, Option<Arc<str>>)| Step {
            time_ns: time_ns.to_string(),
            stage: *stage,
            detail: detail.clone(),
        };
        self.0.iter().map(step).collect()
    }
}
