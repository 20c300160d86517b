//! Any bytes as a log, in pieces of any size: nothing panics, every byte is in
//! exactly one event, and what an event holds is limited.
//!
//! `cargo fuzz run -s none log_line` (without `-s none` it needs nightly).

#![no_main]

use libfuzzer_sys::fuzz_target;
use peer_observer_event::{LogLine, Payload};
use peer_observer_log::{Lines, Next, Rest};

fuzz_target!(|input: (Vec<u16>, &[u8])| {
    let (pieces, log) = input;
    let mut lines = Lines::new();
    let mut events = Vec::new();
    let mut rest = log;
    for piece in pieces {
        // What comes late is not waited for.
        let (length, is_late) = (usize::from(piece >> 1), piece & 1 == 1);
        rest = fill(&mut lines, rest, length);
        while lines.next(Rest::Coming, &mut events) != Next::Nothing {}
        while is_late && lines.next(Rest::Late, &mut events) != Next::Nothing {}
    }
    while !rest.is_empty() {
        rest = fill(&mut lines, rest, rest.len());
        while lines.next(Rest::Coming, &mut events) != Next::Nothing {}
    }
    while lines.next(Rest::Nothing, &mut events) != Next::Nothing {}

    let of_lines = events.iter().filter_map(|event| match &event.payload {
        Payload::LogLine(line) => Some(&**line),
        _ => None,
    });
    let (mut bytes, mut count) = (0, 0);
    for line in of_lines {
        check(line);
        bytes += line.line_bytes;
        count += u64::from(line.line_count);
    }
    assert_eq!(bytes, log.len() as u64);
    let counts = lines.counts();
    assert_eq!((counts.bytes, counts.whole_lines + counts.cut_lines), (bytes, count));
});

/// Adds up to `length` bytes of `log`; what is left of it.
fn fill<'a>(lines: &mut Lines, log: &'a [u8], length: usize) -> &'a [u8] {
    let mut taken = 0;
    let filled = lines.fill(|space| {
        assert!(!space.is_empty(), "there is always space");
        taken = length.min(log.len()).min(space.len());
        space[..taken].copy_from_slice(&log[..taken]);
        Ok(taken)
    });
    assert_eq!(filled.ok(), Some(taken));
    &log[taken..]
}

fn check(line: &LogLine) {
    assert!(line.line_bytes > 0 && line.line_count > 0);
    assert!(line.message.len() <= 8 * 1024);
    assert!(line.parameters.len() <= 32);
    // The text is all there, or said to be cut.
    let kept = line.message.len() as u64 <= line.line_bytes || line.invalid_utf8;
    assert!(kept, "{line:?}");
    assert_eq!(line.template_id.is_some(), line.template_origin != 0);
}
