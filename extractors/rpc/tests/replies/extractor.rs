//! The extractor at work behind a proxy, and the first event of each method.

use std::collections::BTreeMap;
use std::sync::Arc;

use peer_observer_bus::{Bus, Delivery, Subscription, SubscriptionOptions};
use peer_observer_component::{CancellationToken, HealthRegistry, Supervisor};
use peer_observer_event::{Event, Payload};
use peer_observer_rpc::{Rpc, RpcExtractorSettings};
use testkit::{DEADLINE, Node, wait_for};
use tokio::time::timeout;

use super::proxy::{Alter, Proxy};

pub(crate) struct Extractor {
    pub(crate) proxy: Proxy,
    pub(crate) health: HealthRegistry,
    subscription: Subscription,
    shutdown: CancellationToken,
}

impl Drop for Extractor {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl Extractor {
    pub(crate) async fn start(
        node: &Node,
        settings: RpcExtractorSettings,
        alter: Option<Alter>,
    ) -> Extractor {
        let proxy = Proxy::start(node.rpc_address(), alter).await;
        let mut node = node.settings();
        node.rpc.address = Some(proxy.address.to_string());
        let bus = Bus::in_process();
        let subscription = bus.subscribe(SubscriptionOptions::new("test"));
        let (health, shutdown) = (HealthRegistry::default(), CancellationToken::new());
        let mut supervisor = Supervisor::new(bus, shutdown.clone(), health.clone());
        supervisor.start(Rpc::new(node, settings));
        tokio::spawn(supervisor.finish());
        Extractor {
            proxy,
            health,
            subscription,
            shutdown,
        }
    }

    /// Waits until each of `methods` has made an event; the first of each.
    pub(crate) async fn first_of_each(
        &mut self,
        methods: &[&'static str],
    ) -> BTreeMap<&'static str, Arc<Event>> {
        let mut first = BTreeMap::new();
        let missing = |first: &BTreeMap<&str, Arc<Event>>| {
            let missing = methods.iter().filter(|method| !first.contains_key(*method));
            missing.copied().collect::<Vec<_>>()
        };
        while !missing(&first).is_empty() {
            let Ok(event) = timeout(DEADLINE, self.next()).await else {
                panic!("no {:?}; {:?}", missing(&first), self.health.all());
            };
            if let Some(method) = event.payload.as_ref().and_then(Payload::rpc_method) {
                first.entry(method).or_insert(event);
            }
        }
        first
    }

    /// Waits for an event with such a payload.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Payload) -> bool) {
        let search = async { while !self.next().await.payload.as_ref().is_some_and(&wanted) {} };
        if timeout(DEADLINE, search).await.is_err() {
            panic!("it does not come; {:?}", self.health.all());
        }
    }

    /// Waits until the extractor says that it is so.
    pub(crate) async fn until_health(&self, state: &str, detail: &str) {
        let what = format!("health {state} with {detail:?}");
        let is_so = wait_for(&what, async || {
            let health = self.health.all().remove("rpc alice");
            health.is_some_and(|health| {
                health.state.word() == state && health.detail.contains(detail)
            })
        });
        if let Err(error) = is_so.await {
            panic!("{error}; {:?}", self.health.all());
        }
    }

    async fn next(&mut self) -> Arc<Event> {
        let mut delivery = Vec::new();
        self.subscription.receive(&mut delivery, 1).await;
        match delivery.pop() {
            Some(Delivery::Event(event)) => event,
            other => panic!("{other:?}"),
        }
    }
}
