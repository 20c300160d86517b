//! Standard output, whose reader may go away.

use std::io::{self, Write};

use anyhow::Context;

/// Writes `text`; a reader that has gone is no failure.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    ignore_broken_pipe(written).context("cannot write to standard output")
}

/// A reader that has gone (`| head`) is no failure.
pub(crate) fn ignore_broken_pipe(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
