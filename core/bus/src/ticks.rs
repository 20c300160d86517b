//! Time passes although nothing happens.

use std::time::Duration;

use peer_observer_event::{Extractor, Payload, Tick};
use tokio::time::MissedTickBehavior;

use crate::bus::Bus;
use crate::publisher::Draft;

impl Bus {
    /// Publishes a tick every second, for as long as the future lives.
    pub async fn tick_every_second(&self) {
        let mut publisher = self.publisher("", Extractor::Bus);
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            second.tick().await;
            publisher.publish(Draft::now(Payload::Tick(Tick {})));
        }
    }
}
