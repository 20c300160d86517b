//! What the kernel says of the node's process.

use std::fmt::{self, Formatter};

use super::text::{Milliseconds, Plain};
use crate::{ProcessMemory, ProcessSample};

/// Threads that are shown: those that have used most CPU time.
const MOST_SHOWN: usize = 4;

pub(super) fn sample(f: &mut Formatter<'_>, sample: &ProcessSample) -> fmt::Result {
    let (user, system) = (sample.user_seconds, sample.system_seconds);
    write!(
        f,
        " pid={} user={user:.2} s system={system:.2} s",
        sample.pid
    )?;
    if let Some(memory) = &sample.memory {
        let parts = [
            memory.anonymous_bytes,
            memory.file_bytes,
            memory.shared_bytes,
        ];
        let resident = parts.into_iter().fold(0, u64::saturating_add);
        write!(f, " resident={resident} B")?;
    }
    if let Some(files) = &sample.files {
        write!(f, " files={} sockets={}", files.open_files, files.sockets)?;
    }
    write!(f, " threads={}", sample.thread_count)?;
    let mut threads: Vec<_> = sample
        .threads
        .iter()
        .map(|thread| (thread.user_seconds + thread.system_seconds, thread))
        .collect();
    threads.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    for (seconds, thread) in threads.into_iter().take(MOST_SHOWN) {
        write!(f, " {}={seconds:.2} s", Plain(&thread.name))?;
    }
    Ok(())
}

pub(super) fn memory(f: &mut Formatter<'_>, memory: &ProcessMemory) -> fmt::Result {
    let (proportional, private) = (memory.proportional_bytes, memory.private_bytes);
    write!(
        f,
        " pid={} proportional={proportional} B private={private} B swap={} B in {}",
        memory.pid,
        memory.swap_bytes,
        Milliseconds(memory.cost_ns)
    )
}
