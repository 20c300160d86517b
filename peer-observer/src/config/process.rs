//! `[process]`: what is read of the nodes' processes.

use peer_observer_process::ProcessExtractorSettings;
use serde::{Deserialize, Serialize};

use super::duration::Interval;
use super::size::MemorySize;

/// `[process]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProcessConfig {
    /// Is anything read at all?
    pub(crate) enabled: bool,
    /// From one sample of threads, memory, I/O and files to the next.
    pub(crate) interval: Interval,
    /// Read the proportional set size?
    pub(crate) proportional_memory: bool,
    /// From one such reading to the next.
    pub(crate) proportional_memory_interval: Interval,
    /// Not where more memory is resident than this.
    pub(crate) proportional_memory_limit: MemorySize,
    /// Read pressure stall information?
    pub(crate) pressure: bool,
}

impl Default for ProcessConfig {
    fn default() -> ProcessConfig {
        ProcessConfig {
            enabled: true,
            interval: Interval::seconds(1),
            proportional_memory: true,
            proportional_memory_interval: Interval::seconds(60),
            proportional_memory_limit: MemorySize::nearest(4 << 30),
            pressure: false,
        }
    }
}

impl ProcessConfig {
    /// As the extractor wants it.
    pub(crate) fn settings(&self) -> ProcessExtractorSettings {
        let memory_interval = self.proportional_memory_interval.get();
        ProcessExtractorSettings {
            interval: self.interval.get(),
            memory_interval: self.proportional_memory.then_some(memory_interval),
            memory_limit_bytes: self.proportional_memory_limit.bytes(),
            pressure: self.pressure,
        }
    }
}
