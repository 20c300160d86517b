//! Which life of the node it is that connected to us.

use std::time::Duration;

use peer_observer_bus::{Publisher, time_of_boot_ns, wall_clock_ns};
use peer_observer_node::Process;
use serde_json::Value;

use crate::watched::Found;

const SECOND_NS: u64 = 1_000_000_000;

/// One life of the node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Life {
    /// Its process, where that is visible.
    pub(crate) process: Option<Process>,
    /// When it began, in nanoseconds since the epoch, where somebody knows.
    pub(crate) start_ns: Option<u64>,
}

impl Life {
    /// Asks the process table, else the node.
    pub(crate) async fn of(found: &Found) -> Life {
        let node = found.node.clone();
        let looked = tokio::task::spawn_blocking(move || node.process()).await;
        if let Ok(Ok(Some(process))) = looked {
            return Life {
                start_ns: Some(time_of_boot_ns(process.start_boot_ns())),
                process: Some(process),
            };
        }
        let uptime = found.rpc.call_as::<u64>("uptime", Value::Null).await;
        let age = uptime.ok().map(Duration::from_secs);
        let start = age.map(|age| wall_clock_ns().saturating_sub(age.as_nanos() as u64));
        Life {
            process: None,
            start_ns: start,
        }
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(|process| process.pid)
    }

    /// From now on events belong to this life.
    pub(crate) fn begin(&self, publisher: &mut Publisher) {
        match &self.process {
            Some(process) => {
                publisher.set_life(process.start_unix_seconds(), process.start_ticks());
            }
            None => publisher.set_run(self.start_ns.map(|start| start / SECOND_NS)),
        }
    }
}
