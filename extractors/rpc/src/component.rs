//! The component: starts the probe and one task per method, and brings what
//! they find to the session.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use peer_observer_component::{Component, Context, Failure};
use peer_observer_event::Extractor;
use peer_observer_node::NodeSettings;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::link::link;
use crate::method::Method;
use crate::methods::METHODS;
use crate::probe::{locate, look_for_node};
use crate::schedule::{Times, call_in_interval};
use crate::session::Session;
use crate::transport::Transport;
use crate::{MethodSettings, RpcExtractorSettings};

/// The RPC extractor of one node.
pub struct Rpc {
    node: NodeSettings,
    settings: RpcExtractorSettings,
}

impl Rpc {
    /// Calls the methods that `settings` enables on `node`.
    pub fn new(node: NodeSettings, settings: RpcExtractorSettings) -> Rpc {
        Rpc { node, settings }
    }

    fn enabled(&self) -> Vec<(Method, MethodSettings)> {
        let methods = METHODS.iter().filter_map(|method| {
            let settings = self.settings.methods.get(method.name)?;
            settings.enabled.then_some((*method, *settings))
        });
        methods.collect()
    }
}

impl Component for Rpc {
    fn name(&self) -> String {
        format!("rpc {}", self.node.name)
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let node = locate(&self.node).await.map_err(Failure::temporary)?;
        let methods = self.enabled();
        let transport = Transport::new(&self.settings.transport);
        let (link_sender, link) = link();
        // Room for one of each, so that none waits for another.
        let (called_sender, mut called) = mpsc::channel(methods.len().max(1));
        let (sighting_sender, mut sightings) = mpsc::channel(1);
        let doubt = Arc::new(Notify::new());

        let publisher = context.bus.publisher(&self.node.name, Extractor::Rpc);
        let mut session = Session::begin(
            &self.node,
            publisher,
            context.health,
            link_sender,
            (methods.len(), about(&methods)),
        );

        // Dropped with this future, which ends the tasks.
        let mut tasks = JoinSet::new();
        tasks.spawn(look_for_node(
            self.node.clone(),
            node,
            transport.clone(),
            Arc::clone(&doubt),
            sighting_sender,
        ));
        for (index, (method, settings)) in (0..).zip(methods) {
            tasks.spawn(call_in_interval(
                method,
                Times::new(index, settings),
                transport.clone(),
                link.clone(),
                called_sender.clone(),
            ));
        }

        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = context.shutdown.cancelled() => {
                    tasks.shutdown().await;
                    transport.close().await;
                    return Ok(());
                }
                _ = second.tick() => session.second(),
                Some(sighting) = sightings.recv() => session.sighted(sighting),
                Some(called) = called.recv() => {
                    if session.called(called) {
                        doubt.notify_one();
                    }
                }
                Some(ended) = tasks.join_next() => {
                    let how = ended.err().map_or("it ended".to_owned(), |panic| panic.to_string());
                    return Err(Failure::Temporary(format!("a bug in a task: {how}")));
                }
            }
        }
    }
}

/// Says what is called: `every 10s getpeerinfo, uptime; every 60s getchaintips`.
fn about(methods: &[(Method, MethodSettings)]) -> String {
    let mut by_interval: BTreeMap<Duration, Vec<&str>> = BTreeMap::new();
    for (method, settings) in methods {
        let names = by_interval.entry(settings.interval).or_default();
        names.push(method.name);
    }
    let names = by_interval
        .into_iter()
        .map(|(interval, names)| format!("every {interval:?} {}", names.join(", ")));
    names.collect::<Vec<_>>().join("; ")
}
