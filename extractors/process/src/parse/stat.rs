//! `/proc/PID/stat` and `/proc/PID/task/TID/stat`.

/// What is read of it. For a process, times and faults include its ended threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat<'a> {
    /// The name, at most 15 bytes; can contain anything but NUL.
    pub(crate) name: &'a [u8],
    /// It has ended, and its parent has not noticed yet.
    pub(crate) has_ended: bool,
    pub(crate) minor_faults: u64,
    pub(crate) major_faults: u64,
    /// In clock ticks.
    pub(crate) user_ticks: u64,
    /// In clock ticks.
    pub(crate) system_ticks: u64,
    /// Threads of the whole process.
    pub(crate) thread_count: u32,
}

/// Reads the file.
pub(crate) fn stat(text: &[u8]) -> Option<Stat<'_>> {
    // The name, in brackets, can itself contain brackets and spaces; no field
    // after it can.
    let begin = text.iter().position(|byte| *byte == b'(')?;
    let end = text.iter().rposition(|byte| *byte == b')')?;
    let name = text.get(begin + 1..end)?;
    let mut fields = str::from_utf8(&text[end + 1..])
        .ok()?
        .split_ascii_whitespace();
    // The numbers of the fields are those of proc(5); the state is the third.
    let state = fields.next()?;
    let minor_faults = fields.nth(10 - 4)?.parse().ok()?;
    let major_faults = fields.nth(12 - 11)?.parse().ok()?;
    let user_ticks = fields.nth(14 - 13)?.parse().ok()?;
    let system_ticks = fields.next()?.parse().ok()?;
    let thread_count = fields.nth(20 - 16)?.parse().ok()?;
    Some(Stat {
        name,
        has_ended: matches!(state, "Z" | "X" | "x"),
        minor_faults,
        major_faults,
        user_ticks,
        system_ticks,
        thread_count,
    })
}
