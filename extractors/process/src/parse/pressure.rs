//! `cpu.pressure`, `/proc/pressure/cpu` and alike (Documentation/accounting/psi.rst).

/// Time in which tasks waited for a resource, in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stalled {
    /// Some of them waited, microseconds.
    pub(crate) some_us: u64,
    /// All of them waited, microseconds.
    pub(crate) full_us: Option<u64>,
}

/// Reads the file: `some avg10=0.00 avg60=0.00 avg300=0.00 total=12`, and
/// the same with `full`.
pub(crate) fn pressure(text: &[u8]) -> Option<Stalled> {
    let text = str::from_utf8(text).ok()?;
    let total = |word: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(word))?;
        line.split_ascii_whitespace()
            .find_map(|field| field.strip_prefix("total="))?
            .parse()
            .ok()
    };
    Some(Stalled {
        some_us: total("some ")?,
        full_us: total("full "),
    })
}
