//! Follows a path, whatever it leads to at the time.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::OFlags;

use super::Progress;
use super::file::FollowedFile;
use super::stream::Stream;

/// Where a file is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Beginning,
    End,
    /// At this place, in bytes.
    At(u64),
}

/// A path that is followed.
pub(crate) struct Follower {
    path: PathBuf,
    /// Where the next file that is opened is read from.
    start: Start,
    open: Option<Open>,
}

enum Open {
    File(FollowedFile),
    Stream(Stream),
}

impl Follower {
    pub(crate) fn new(path: PathBuf, start: Start) -> Follower {
        Follower {
            path,
            start,
            open: None,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn is_stream(&self) -> bool {
        matches!(self.open, Some(Open::Stream(_)))
    }

    pub(super) fn read(&mut self, space: &mut [u8]) -> io::Result<Progress> {
        let open = match &mut self.open {
            Some(open) => open,
            None => match self.open() {
                Ok(open) => self.open.insert(open),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    // What is there later was written from now on.
                    self.start = Start::Beginning;
                    return Ok(Progress::Missing);
                }
                Err(error) => return Err(error),
            },
        };
        let progress = match open {
            Open::File(file) => file.read(&self.path, space)?,
            Open::Stream(stream) => match stream.read(space)? {
                Progress::Idle if stream.is_replaced(&self.path) => {
                    self.open = None;
                    return Ok(Progress::Ended);
                }
                progress => return Ok(progress),
            },
        };
        if progress == Progress::Ended {
            self.open = None;
        }
        Ok(progress)
    }

    pub(super) fn wait(&self, longest: Duration) {
        match &self.open {
            Some(Open::Stream(stream)) => stream.wait(longest),
            _ => std::thread::sleep(longest),
        }
    }

    fn open(&mut self) -> io::Result<Open> {
        // Opening a FIFO would wait for a writer else.
        let flags = OFlags::NONBLOCK.bits().cast_signed();
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(flags)
            .open(&self.path)?;
        let about = file.metadata()?;
        if about.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let open = match self.start {
            _ if !about.is_file() => Open::Stream(Stream::fifo(file, &about)),
            Start::Beginning => Open::File(FollowedFile::from_beginning(file, &about)),
            Start::End => Open::File(FollowedFile::from_end(file, &about)?),
            Start::At(offset) => Open::File(FollowedFile::from_place(file, &about, offset)?),
        };
        // What takes its place one day is read whole.
        self.start = Start::Beginning;
        Ok(open)
    }
}
