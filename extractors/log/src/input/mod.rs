//! Where the bytes come from: a file that is rotated, truncated and missing at
//! times, a FIFO, or standard input.

mod beginning;
mod file;
mod follower;
mod stream;
mod tail;

#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;
use std::time::Duration;

pub(crate) use beginning::beginning_of_life;
pub(crate) use follower::{Follower, Start};
use stream::Stream;

/// What came of an attempt to read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// So many bytes.
    Read(usize),
    /// Nothing, and more may come.
    Idle,
    /// What was read is over, and something else begins.
    Ended,
    /// The same, and nobody knows what was in the file after this moment, in
    /// nanoseconds since the epoch, and before it was truncated.
    Truncated { since_ns: u64 },
    /// There is no such file.
    Missing,
    /// Nothing will come any more.
    Finished,
}

/// Where the bytes come from.
pub(crate) enum Input {
    Path(Follower),
    StandardInput(Stream),
}

impl Input {
    /// Standard input.
    pub(crate) fn standard() -> Input {
        Input::StandardInput(Stream::standard_input())
    }

    /// Reads what is there into `space`, without waiting for it.
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub(crate) fn read(&mut self, space: &mut [u8]) -> io::Result<Progress> {
        match self {
            Input::Path(follower) => follower.read(space),
            Input::StandardInput(stream) => stream.read(space),
        }
    }

    /// Waits until there may be something new, at most for so long.
    pub(crate) fn wait(&self, longest: Duration) {
        match self {
            Input::Path(follower) => follower.wait(longest),
            Input::StandardInput(stream) => stream.wait(longest),
        }
    }

    /// Is there no second chance to read what was read? A file is still there
    /// when this extractor starts again.
    pub(crate) fn is_stream(&self) -> bool {
        match self {
            Input::Path(follower) => follower.is_stream(),
            Input::StandardInput(_) => true,
        }
    }

    /// The path that is followed.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Input::Path(follower) => Some(follower.path()),
            Input::StandardInput(_) => None,
        }
    }
}
