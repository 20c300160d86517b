//! The proportional set size.

use std::os::fd::OwnedFd;

use peer_observer_event::ProcessMemory;

use super::cost::Stopwatch;
use super::file::{Buffer, ReadError};
use crate::parse::smaps_rollup;

/// Reads it. The kernel walks the whole memory of the process for that: some
/// 10 ms for each GB that is resident.
pub(crate) fn process_memory(
    pid: u32,
    process: &OwnedFd,
    buffer: &mut Buffer,
) -> Result<ProcessMemory, ReadError> {
    let stopwatch = Stopwatch::start();
    let text = buffer.read_at(process, "smaps_rollup")?;
    let rollup = smaps_rollup(text).ok_or(ReadError::Malformed)?;
    Ok(ProcessMemory {
        pid,
        proportional_bytes: rollup.proportional_bytes,
        private_bytes: rollup.private_bytes,
        swap_bytes: rollup.swap_bytes,
        cost_ns: stopwatch.cost_ns(),
    })
}
