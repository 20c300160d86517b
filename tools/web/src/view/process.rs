//! The node's process: memory, files, and what its threads do.

use std::sync::Arc;

use peer_observer_event::{
    Event, Extractor, FileUsage, MemoryUsage, Payload, ProcessMemory, ProcessSample,
};
use serde::Serialize;

use super::course::unix_seconds;
use super::threads::{CpuHistory, CpuRow, Threads};

/// What is known of one node's process.
#[derive(Default)]
pub(super) struct Process {
    latest: Option<Arc<SampleRow>>,
    proportional: Option<ProcessMemory>,
    threads: Threads,
}

/// `process` in `/api/v1/vitals`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProcessRow {
    #[serde(flatten)]
    sample: Arc<SampleRow>,
    /// Absent until there are two samples of this process.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<CpuRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proportional_memory: Option<ProcessMemory>,
}

/// The last sample, in the schema's names.
#[derive(Debug, Serialize)]
pub(crate) struct SampleRow {
    time_unix_seconds: f64,
    pid: u32,
    thread_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<MemoryUsage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<FileUsage>,
}

impl Process {
    /// Takes the event into account, if it is about the process.
    pub(super) fn apply(&mut self, event: &Event, payload: &Payload) {
        match payload {
            Payload::ProcessSample(sample) => self.sample(event, sample),
            Payload::ProcessMemory(memory) => self.proportional = Some(*memory),
            Payload::NodeGone(_) if event.extractor() == Extractor::Process => self.restart(),
            _ => {}
        }
    }

    /// What was said so far is of a process that has ended.
    pub(super) fn restart(&mut self) {
        self.latest = None;
        self.proportional = None;
        self.threads.restart();
    }

    /// Lets go of what is too long ago.
    pub(super) fn forget(&mut self, bus_time_ns: u64) {
        self.threads.forget(bus_time_ns);
    }

    fn sample(&mut self, event: &Event, sample: &ProcessSample) {
        if self
            .latest
            .as_ref()
            .is_some_and(|known| known.pid != sample.pid)
        {
            self.restart();
        }
        self.threads.sample(event, sample);
        self.latest = Some(Arc::new(SampleRow {
            time_unix_seconds: unix_seconds(event.bus_time_ns),
            pid: sample.pid,
            thread_count: sample.thread_count,
            memory: sample.memory,
            files: sample.files,
        }));
    }

    /// Absent while no sample of a living process is there.
    pub(super) fn row(&self) -> Option<ProcessRow> {
        let sample = Arc::clone(self.latest.as_ref()?);
        Some(ProcessRow {
            sample,
            cpu: self.threads.row(),
            proportional_memory: self.proportional,
        })
    }

    pub(super) fn history(&self) -> CpuHistory {
        self.threads.history()
    }
}
