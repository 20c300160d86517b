//! Bytes that come once: from a FIFO or from standard input.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::Progress;
use super::file::Identity;

/// A stream.
pub(crate) struct Stream {
    source: Source,
    /// Something was read since a writer went.
    has_read: bool,
}

enum Source {
    Fifo { file: File, identity: Identity },
    StandardInput(io::Stdin),
}

impl Stream {
    /// A FIFO that was opened without waiting for a writer.
    pub(super) fn fifo(file: File, about: &Metadata) -> Stream {
        let identity = Identity::of(about);
        Stream {
            source: Source::Fifo { file, identity },
            has_read: false,
        }
    }

    pub(super) fn standard_input() -> Stream {
        Stream {
            source: Source::StandardInput(io::stdin()),
            has_read: false,
        }
    }

    /// Reads what is there.
    pub(super) fn read(&mut self, space: &mut [u8]) -> io::Result<Progress> {
        if !self
            .ready(Duration::ZERO)
            .intersects(PollFlags::IN | PollFlags::HUP)
        {
            return Ok(Progress::Idle);
        }
        let count = match rustix::io::read(self.descriptor(), space) {
            Ok(count) => count,
            Err(Errno::AGAIN | Errno::INTR) => return Ok(Progress::Idle),
            Err(error) => return Err(error.into()),
        };
        if count > 0 {
            self.has_read = true;
            return Ok(Progress::Read(count));
        }
        Ok(match self.source {
            Source::StandardInput(_) => Progress::Finished,
            // The writer has gone, and with it the end of a half-written line.
            // The FIFO stays open: what the next writer writes is not lost.
            Source::Fifo { .. } if std::mem::take(&mut self.has_read) => Progress::Ended,
            Source::Fifo { .. } => Progress::Idle,
        })
    }

    /// Does `path` lead to something else now?
    pub(super) fn is_replaced(&self, path: &Path) -> bool {
        match &self.source {
            Source::Fifo { identity, .. } => {
                fs::metadata(path).map_or(true, |about| Identity::of(&about) != *identity)
            }
            Source::StandardInput(_) => false,
        }
    }

    /// Waits until there is something to read, at most for so long.
    pub(super) fn wait(&self, longest: Duration) {
        // Without a writer there is nothing to wait for: the answer comes at once.
        if self.ready(longest) == PollFlags::HUP {
            std::thread::sleep(longest);
        }
    }

    fn ready(&self, longest: Duration) -> PollFlags {
        let mut polled = [PollFd::from_borrowed_fd(self.descriptor(), PollFlags::IN)];
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: longest.subsec_nanos().into(),
        };
        match poll(&mut polled, Some(&timeout)) {
            Ok(1..) => polled[0].revents(),
            // Interrupted or not: there is another attempt soon.
            _ => PollFlags::empty(),
        }
    }

    fn descriptor(&self) -> BorrowedFd<'_> {
        match &self.source {
            Source::Fifo { file, .. } => file.as_fd(),
            Source::StandardInput(stdin) => stdin.as_fd(),
        }
    }
}
