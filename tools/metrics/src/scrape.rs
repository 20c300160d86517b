//! What is looked up when somebody asks for the metrics, and the text.

use std::sync::{Mutex, PoisonError};

use peer_observer_bus::Bus;
use peer_observer_component::Exposition;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use tracing::error;

use crate::catalogue::{Catalogue, define};
use crate::hops::{HopFamilies, HopSource};
use crate::labels::VERSION;
use crate::pipeline::Subscriptions;
use crate::plain;
use crate::this_process::ThisProcess;

/// Everything that the text is made from.
pub(crate) struct Scrape {
    bus: Bus,
    registry: Registry,
    /// Histograms that are shown without their sum.
    signed: Vec<String>,
    /// Held for a whole scrape: what it looks up belongs to one text.
    looked_up: Mutex<LookedUp>,
}

/// Counters and gauges that are brought up to date.
pub(crate) struct LookedUp {
    hops: HopSource,
    subscriptions: Subscriptions,
    process: ThisProcess,
}

impl Scrape {
    /// Takes the catalogue over: this defines the last metrics in it.
    pub(crate) fn new(bus: Bus, mut catalogue: Catalogue, hops: HopFamilies) -> Scrape {
        let looked_up = LookedUp::new(&mut catalogue, hops);
        Scrape {
            bus,
            signed: catalogue.signed_histograms(),
            registry: catalogue.into_registry(),
            looked_up: Mutex::new(looked_up),
        }
    }
}

impl LookedUp {
    pub(crate) fn new(catalogue: &mut Catalogue, hops: HopFamilies) -> LookedUp {
        let subscriptions = Subscriptions::new(catalogue);
        let process = ThisProcess::new(catalogue);
        let build = define("build", "always 1", "Version of peer-observer").labels([VERSION]);
        catalogue.info(build.source("this build"), [env!("CARGO_PKG_VERSION")]);
        LookedUp {
            hops: HopSource::new(hops, "".into(), "bus"),
            subscriptions,
            process,
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
        without_sums(text, &self.signed)
    }

    fn plain_text(&self) -> String {
        plain::from_open_metrics(&self.text())
    }
}

/// Takes the sums of these histograms out of OpenMetrics text. Where there can
/// be negative values a sum can fall, which OpenMetrics does not allow; the
/// library writes one all the same.
fn without_sums(text: String, histograms: &[String]) -> String {
    let is_sum = |line: &&str| {
        let mut names = histograms.iter();
        names.any(|name| {
            let rest = line.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with("_sum{"))
        })
    };
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !is_sum(line)).collect()
}
