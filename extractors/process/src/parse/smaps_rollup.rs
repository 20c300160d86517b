//! `/proc/PID/smaps_rollup`.

use super::fields::{kilobytes, lines};

/// What is read of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rollup {
    pub(crate) proportional_bytes: u64,
    pub(crate) private_bytes: u64,
    pub(crate) swap_bytes: u64,
}

/// Reads the file.
pub(crate) fn smaps_rollup(text: &[u8]) -> Option<Rollup> {
    let mut rollup = Rollup::default();
    let mut has_proportional = false;
    for (key, value) in lines(text) {
        let field = match key {
            b"Pss" => {
                has_proportional = true;
                &mut rollup.proportional_bytes
            }
            b"Private_Clean" | b"Private_Dirty" | b"Private_Hugetlb" => &mut rollup.private_bytes,
            b"SwapPss" => &mut rollup.swap_bytes,
            _ => continue,
        };
        *field = field.checked_add(kilobytes(value)?)?;
    }
    has_proportional.then_some(rollup)
}
