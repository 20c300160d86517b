//! One node: which life of it this is, whether it is up, and its metrics.

use peer_observer_event::{Event, Extractor, Kind, Payload};

use crate::families::Families;
use crate::family::{NodeName, gauge_value};
use crate::pipeline::PipelineMetrics;
use crate::slots::EXTRACTORS;
use crate::themes::Themes;

/// Starts of a node within so many seconds are the same life (see `Event.run`).
const SAME_RUN_SECONDS: u64 = 3;

/// What is kept of one node.
pub(crate) struct Node {
    pub(crate) name: NodeName,
    run: Option<u64>,
    /// Which extractors read from the node, by number.
    is_read: [bool; EXTRACTORS],
    themes: Themes,
    pipeline: PipelineMetrics,
}

impl Node {
    pub(crate) fn new(name: NodeName, families: &Families) -> Node {
        Node {
            run: None,
            is_read: [false; EXTRACTORS],
            themes: Themes::new(&name),
            pipeline: PipelineMetrics::new(&name, &families.pipeline),
            name,
        }
    }

    pub(crate) fn event(&mut self, event: &Event, families: &Families) {
        let is_current = self.enter_run(event.run);
        let extractor = event.extractor();
        self.pipeline.spoke(extractor, &families.pipeline);
        self.pipeline.latency(event, &families.pipeline);
        let Some(payload) = &event.payload else {
            return;
        };
        if is_current && !self.is_read[extractor as usize] && tells_of_node(payload) {
            // We came too late for the notice.
            self.set_read(extractor, true, families);
        }
        match payload {
            Payload::Started(started) => {
                self.pipeline.started(started, &families.pipeline);
                self.set_read(extractor, false, families);
                self.themes.extractor_started(extractor);
            }
            Payload::NodeGone(_) => self.set_read(extractor, false, families),
            Payload::NodeBack(_) => self.set_read(extractor, true, families),
            Payload::Gap(gap) => self.pipeline.gap(extractor, gap, &families.pipeline),
            Payload::LogTemplateSeen(seen) => self.themes.template_seen(seen, families),
            Payload::Heartbeat(heartbeat) => {
                self.pipeline
                    .heartbeat(event, heartbeat, &families.pipeline);
            }
            _ => self.themes.event(event, payload, is_current, families),
        }
    }

    /// Notes a new life of the node; is the event of the current one? Events of
    /// an earlier life can still come in after the new one has begun.
    fn enter_run(&mut self, run: Option<u64>) -> bool {
        let Some(run) = run else { return true };
        match self.run {
            Some(known) if run == known => return true,
            Some(known) if known > run + SAME_RUN_SECONDS => return false,
            Some(known) if known.abs_diff(run) <= SAME_RUN_SECONDS => return true,
            _ => {}
        }
        self.run = Some(run);
        self.themes.begin_run();
        self.pipeline.run.set(gauge_value(run));
        true
    }

    /// An extractor says whether it reads from the node. The node is up while one does.
    fn set_read(&mut self, extractor: Extractor, is_read: bool, families: &Families) {
        self.is_read[extractor as usize] = is_read;
        let is_up = self.is_read.contains(&true);
        self.pipeline.up.set(is_up.into());
        if !is_up {
            self.themes.node_is_down();
        }
        if !is_read {
            self.themes.clear(extractor, families);
        }
    }
}

/// Does it say that the node is there? What an extractor does says nothing of
/// that, and a log can be read without a node.
fn tells_of_node(payload: &Payload) -> bool {
    !matches!(
        payload.kind(),
        Kind::Notice | Kind::Heartbeat | Kind::Tick | Kind::Log
    )
}
