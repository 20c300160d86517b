//! The component: starts what follows the node, and brings what it finds to
//! the session.

use std::time::Duration;

use peer_observer_component::{Component, Context, Failure};
use peer_observer_event::Extractor;
use peer_observer_node::NodeSettings;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::IpcExtractorSettings;
use crate::calls::Calls;
use crate::lives::Lives;
use crate::report::Reports;
use crate::session::Session;

/// Reports that wait for the session.
const WAITING_REPORTS: usize = 64;

/// The ipc extractor of one node.
pub struct Ipc {
    node: NodeSettings,
    settings: IpcExtractorSettings,
}

impl Ipc {
    /// Reads `node` as `settings` say.
    pub fn new(node: NodeSettings, settings: IpcExtractorSettings) -> Ipc {
        Ipc { node, settings }
    }
}

impl Component for Ipc {
    fn name(&self) -> String {
        format!("ipc {}", self.node.name)
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let calls = Calls::default();
        let mut session = Session::begin(
            &self.node,
            context.bus.publisher(&self.node.name, Extractor::Ipc),
            context.health,
            calls.clone(),
            about(&self.settings),
        );
        let (reports, mut reported) = mpsc::channel(WAITING_REPORTS);
        let lives = Lives {
            node: self.node.clone(),
            settings: self.settings.clone(),
            calls,
            reports: Reports(reports),
            shutdown: context.shutdown.clone(),
        };
        // It ends by itself on shutdown, with nothing under way in the node.
        let mut lives = tokio::spawn(lives.run());
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = second.tick() => session.second(),
                Some(report) = reported.recv() => session.take(report),
                ended = &mut lives => {
                    while let Ok(report) = reported.try_recv() {
                        session.take(report);
                    }
                    session.end();
                    return match ended {
                        Ok(()) => Ok(()),
                        Err(panic) => Err(Failure::Temporary(format!("a bug in a task: {panic}"))),
                    };
                }
            }
        }
    }
}

/// Says what is done: `tips; an echo every 10s; a block template every 30s`.
fn about(settings: &IpcExtractorSettings) -> String {
    let every = |what, interval: Option<Duration>| {
        interval.map(|interval| format!("{what} every {interval:?}"))
    };
    let parts = [
        Some("tips".to_owned()),
        every("an echo", settings.echo_interval),
        every("a block template", settings.template_interval),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
