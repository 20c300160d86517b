//! The component.

use std::time::Duration;

use peer_observer_component::{Component, Context, Failure};
use peer_observer_event::Extractor;
use peer_observer_node::NodeSettings;
use tokio::time::MissedTickBehavior;

use crate::P2pExtractorSettings;
use crate::candidates::Candidates;
use crate::introduction::Reception;
use crate::listener::{accept, listen};
use crate::session::Session;
use crate::watched::Watched;

/// The p2p extractor of one node.
pub struct P2p {
    node: NodeSettings,
    settings: P2pExtractorSettings,
}

impl P2p {
    /// Listens for `node` and measures what `settings` say.
    pub fn new(node: NodeSettings, settings: P2pExtractorSettings) -> P2p {
        P2p { node, settings }
    }
}

impl Component for P2p {
    fn name(&self) -> String {
        format!("p2p {}", self.node.name)
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let watched = Watched::find(self.node.clone())
            .await
            .map_err(Failure::temporary)?;
        let listener = listen(&self.node.name, self.settings.listen).await?;
        let publisher = context.bus.publisher(&self.node.name, Extractor::P2p);
        let settings = self.settings.clone();
        let mut session = Session::begin(&self.node, publisher, context.health, settings);
        // Dropped with this future, which closes all connections.
        let mut candidates = Candidates::new(Reception {
            watched,
            settings: self.settings.clone(),
        });
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = context.shutdown.cancelled() => {
                    session.finish();
                    return Ok(());
                }
                _ = second.tick() => {
                    if let Some(agent) = session.second() {
                        candidates.verify(agent);
                    }
                }
                stream = accept(&listener) => {
                    if candidates.take(stream) {
                        session.sent_away();
                    }
                }
                outcome = candidates.next() => match outcome {
                    Ok(outcome) => session.met(outcome),
                    Err(bug) => return Err(Failure::Temporary(format!("a bug in a task: {bug}"))),
                },
                () = session.wait() => session.publish_sights(),
            }
        }
    }
}
