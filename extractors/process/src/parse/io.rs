//! `/proc/PID/io`.

use peer_observer_event::IoUsage;

use super::fields::{lines, number};

/// Reads the file. Includes ended threads.
pub(crate) fn io(text: &[u8]) -> Option<IoUsage> {
    let mut io = IoUsage::default();
    let mut seen = 0;
    for (key, value) in lines(text) {
        let field = match key {
            b"rchar" => &mut io.read_call_bytes,
            b"wchar" => &mut io.write_call_bytes,
            b"syscr" => &mut io.read_calls,
            b"syscw" => &mut io.write_calls,
            b"read_bytes" => &mut io.read_bytes,
            b"write_bytes" => &mut io.written_bytes,
            _ => continue,
        };
        *field = number(value)?;
        seen += 1;
    }
    (seen == 6).then_some(io)
}
