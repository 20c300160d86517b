//! `/proc/PID/status` and `/proc/PID/task/TID/status`.

use peer_observer_event::MemoryUsage;

use super::fields::{kilobytes, lines, number};

/// How often a thread gave its CPU away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Switches {
    /// It waited for something.
    pub(crate) voluntary: u64,
    /// Something else was to run.
    pub(crate) involuntary: u64,
}

/// The switches in a thread's file.
pub(crate) fn switches(text: &[u8]) -> Option<Switches> {
    // They are the last two lines of a long file.
    let begin = text.len().saturating_sub(256);
    let (mut voluntary, mut involuntary) = (None, None);
    for (key, value) in lines(&text[begin..]) {
        match key {
            b"voluntary_ctxt_switches" => voluntary = number(value),
            b"nonvoluntary_ctxt_switches" => involuntary = number(value),
            _ => {}
        }
    }
    Some(Switches {
        voluntary: voluntary?,
        involuntary: involuntary?,
    })
}

/// The memory in a process's file; `None` where it has none any more, as it ends.
pub(crate) fn memory(text: &[u8]) -> Option<MemoryUsage> {
    let mut memory = MemoryUsage::default();
    let mut seen = 0;
    for (key, value) in lines(text) {
        let field = match key {
            b"RssAnon" => &mut memory.anonymous_bytes,
            b"RssFile" => &mut memory.file_bytes,
            b"RssShmem" => &mut memory.shared_bytes,
            b"VmSwap" => &mut memory.swap_bytes,
            b"VmSize" => &mut memory.virtual_bytes,
            b"VmHWM" => &mut memory.peak_resident_bytes,
            _ => continue,
        };
        *field = kilobytes(value)?;
        seen += 1;
    }
    (seen == 6).then_some(memory)
}
