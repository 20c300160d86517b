//! A bar on a terminal, for what takes long.

use std::io::{IsTerminal, stderr, stdout};

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of `bytes` on standard error; a hidden one where that is no terminal,
/// or where events are printed on the same terminal.
pub(crate) fn bar(bytes: u64, prints_events: bool) -> ProgressBar {
    if !stderr().is_terminal() || (prints_events && stdout().is_terminal()) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(bytes);
    let style = "{bar:30} {percent:>3} % of {total_bytes}  {msg}  {elapsed}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}
