//! Links with other processes: what goes over NATS, and what comes.

use std::sync::Arc;

use peer_observer_archive_tool::Recorder;
use peer_observer_bus::Bus;
use peer_observer_nats::{Downlink, Durable, Following, Mode, NatsSettings, Place, Uplink, Wanted};

use crate::config::{Config, ConfigError};

/// How a process with this configuration takes part.
pub(crate) struct Links {
    settings: Option<Arc<NatsSettings>>,
    receives: bool,
}

impl Links {
    /// Of `run`: publishes what is made here, and receives where that is wanted.
    pub(crate) fn of_run(config: &Config) -> Result<Links, ConfigError> {
        Ok(Links {
            settings: config.bus.settings()?.map(Arc::new),
            receives: config.receives(),
        })
    }

    /// Of an extractor alone: publishes.
    pub(crate) fn of_extractor(config: &Config) -> Result<Links, ConfigError> {
        Ok(Links {
            settings: config.bus.settings()?.map(Arc::new),
            receives: false,
        })
    }

    /// Of a tool alone: receives.
    pub(crate) fn of_tool(config: &Config) -> Result<Links, ConfigError> {
        Ok(Links {
            settings: config.bus.settings()?.map(Arc::new),
            receives: true,
        })
    }

    /// Is there a bus beside the one in this process?
    pub(crate) fn are_there(&self) -> bool {
        self.settings.is_some()
    }

    /// Are events stored on the server?
    pub(crate) fn are_stored(&self) -> bool {
        let is_stored = |settings: &Arc<NatsSettings>| settings.mode != Mode::Core;
        self.settings.as_ref().is_some_and(is_stored)
    }

    /// What sends the events of this bus; nothing without a server.
    pub(crate) fn uplink(&self, bus: &Bus) -> Option<Uplink> {
        let settings = self.settings.as_ref()?;
        Some(Uplink::new(bus, Arc::clone(settings)))
    }

    /// What brings the events of others; nothing where none are to come.
    pub(crate) fn downlink(
        &self,
        bus: &Bus,
        wanted: Wanted,
        following: Following,
    ) -> Option<Downlink> {
        let settings = self.settings.as_ref().filter(|_| self.receives)?;
        Some(Downlink::new(bus, Arc::clone(settings), wanted, following))
    }
}

/// The stream from where this recorder stopped.
pub(crate) fn behind(recorder: &Recorder) -> std::io::Result<Following> {
    let last = recorder.last_recorded()?;
    Ok(Following::Durable(Durable {
        name: format!("archive-{:016x}", recorder.number()),
        after: last.map(|place| Place {
            sequence: place.bus_sequence,
            time_ns: place.bus_time_ns,
        }),
    }))
}
