//! Trying again, later each time, and saying why, once for each cause.

use std::time::{Duration, Instant};

use peer_observer_component::{HealthHandle, State};
use tracing::warn;

use crate::error::NatsError;

const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(5);
/// After a connection that stood so long all is as at the beginning.
const GOOD_LIFE: Duration = Duration::from_secs(2);

/// The attempts of one link.
pub(crate) struct Retry {
    back_off: Duration,
    last_told: String,
    began: Instant,
}

impl Retry {
    pub(crate) fn new() -> Retry {
        Retry {
            back_off: FIRST_BACK_OFF,
            last_told: String::new(),
            began: Instant::now(),
        }
    }

    /// Tells why the last attempt ended and waits before the next one. An error
    /// that will stay as it is comes back.
    pub(crate) async fn after(
        &mut self,
        error: NatsError,
        health: &HealthHandle,
    ) -> Result<(), NatsError> {
        if error.is_lasting() {
            return Err(error);
        }
        if self.began.elapsed() >= GOOD_LIFE + self.back_off {
            *self = Retry::new();
        }
        let text = error.to_string();
        health.set(State::Waiting, text.as_str());
        if text != self.last_told {
            warn!("{text}");
            self.last_told = text;
        }
        tokio::time::sleep(self.back_off).await;
        self.back_off = (self.back_off * 2).min(LONGEST_BACK_OFF);
        self.began = Instant::now();
        Ok(())
    }
}
