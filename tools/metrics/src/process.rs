//! The node's process, as the kernel accounts for it.

mod memory;
mod threads;
mod usage;

use peer_observer_event::{Payload, ProcessMemory, ProcessSample};

use crate::catalogue::{Catalogue, define};
use crate::family::{Histograms, NodeName};
use crate::labels::process::SAMPLE;
use crate::poll::Poll;
use crate::words::process::SAMPLES;

/// 100 µs to 1 s: the kernel walks all memory for the proportional size.
const COST_BUCKETS: [f64; 9] = [1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0];

/// Families of the node's process. Counters are the kernel's: they begin anew
/// with the process.
pub(crate) struct ProcessFamilies {
    threads: Poll<ProcessSample>,
    usage: Poll<ProcessSample>,
    resources: Poll<ProcessSample>,
    memory: Poll<ProcessMemory>,
    cost: Histograms<1>,
}

impl ProcessFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> ProcessFamilies {
        ProcessFamilies {
            threads: threads::threads(catalogue),
            usage: usage::usage(catalogue),
            resources: memory::resources(catalogue),
            memory: memory::memory(catalogue),
            cost: catalogue.histograms(
                define(
                    "node_process_sample_cost_seconds",
                    "seconds",
                    "Processor time that looking at the node's process took",
                )
                .labels([SAMPLE])
                .source("the extractor `process` itself"),
                &COST_BUCKETS,
            ),
        }
    }

    /// Takes a sample over. One of an earlier life of the node says nothing of
    /// how things are: then `is_current` is false.
    pub(crate) fn fold(&self, node: &NodeName, payload: &Payload, is_current: bool) {
        let (sample, cost_ns) = match payload {
            Payload::ProcessSample(sample) => {
                if is_current {
                    self.threads.set(node, sample);
                    self.usage.set(node, sample);
                    self.resources.set(node, sample);
                }
                (SAMPLES[0], sample.cost_ns)
            }
            Payload::ProcessMemory(memory) => {
                if is_current {
                    self.memory.set(node, memory);
                }
                (SAMPLES[1], memory.cost_ns)
            }
            _ => return,
        };
        self.cost.at(node, [sample]).observe(cost_ns as f64 / 1e9);
    }

    /// The process is gone, or nobody looks at it any more.
    pub(crate) fn clear(&self, node: &NodeName) {
        self.threads.clear(node);
        self.usage.clear(node);
        self.resources.clear(node);
        self.memory.clear(node);
    }
}
