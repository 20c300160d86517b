//! What is looked up when somebody asks for the metrics, and the text.

use std::sync::{Mutex, PoisonError};

use peer_observer_bus::Bus;
use peer_observer_component::Exposition;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use tracing::error;

use crate::hops::{HopFamilies, HopSource};
use crate::pipeline::Subscriptions;
use crate::process::Process;

/// Everything that the text is made from.
pub(crate) struct Scrape {
    bus: Bus,
    registry: Registry,
    /// Held for a whole scrape: what it looks up belongs to one text.
    looked_up: Mutex<LookedUp>,
}

struct LookedUp {
    hops: HopSource,
    subscriptions: Subscriptions,
    process: Process,
}

impl Scrape {
    pub(crate) fn new(bus: Bus, mut registry: Registry, hops: HopFamilies) -> Scrape {
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Version of peer-observer", version);
        let looked_up = LookedUp {
            hops: HopSource::new(hops, "".into(), "bus"),
            subscriptions: Subscriptions::new(&mut registry),
            process: Process::new(&mut registry),
        };
        Scrape {
            bus,
            registry,
            looked_up: Mutex::new(looked_up),
        }
    }
}

impl Exposition for Scrape {
    fn text(&self) -> String {
        // A panic halfway leaves values of the last scrape: the next one corrects them.
        let mut looked_up = self
            .looked_up
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        looked_up.hops.fold(0, &self.bus.hops());
        looked_up.subscriptions.set(&self.bus.subscriptions());
        looked_up.process.look();
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &self.registry) {
            // Writing into a string cannot fail; a metric that cannot be written would.
            error!("cannot write the metrics as text: {error}");
        }
        text
    }
}
