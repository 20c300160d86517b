//! A regular file that somebody else appends to.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::time::{Duration, Instant};

use memchr::memrchr;
use peer_observer_bus::wall_clock_ns;

use super::Progress;
use super::tail::Tail;

/// Who truncates a file may be about to write something into it.
const SETTLE: Duration = Duration::from_millis(200);

/// At the end of a file, the beginning of a half-written line is looked for so
/// far back.
const LONGEST_LINE_BYTES: u64 = 64 * 1024;

/// A file and how far it was read.
pub(super) struct FollowedFile {
    file: File,
    identity: Identity,
    offset: u64,
    tail: Tail,
    /// When it was last read to its end, nanoseconds since the epoch.
    at_end_ns: u64,
    is_at_end: bool,
    /// Since when it is known to have been truncated.
    truncated: Option<Instant>,
}

/// What tells a file from others, whatever it is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    pub(super) fn of(about: &Metadata) -> Identity {
        Identity {
            device: about.dev(),
            inode: about.ino(),
        }
    }
}

impl FollowedFile {
    /// From the file's first byte.
    pub(super) fn from_beginning(file: File, about: &Metadata) -> FollowedFile {
        FollowedFile {
            file,
            identity: Identity::of(about),
            offset: 0,
            tail: Tail::default(),
            at_end_ns: wall_clock_ns(),
            is_at_end: false,
            truncated: None,
        }
    }

    /// From its end: behind the last whole line.
    pub(super) fn from_end(file: File, about: &Metadata) -> io::Result<FollowedFile> {
        let end = about.len();
        let mut last = vec![0; end.min(LONGEST_LINE_BYTES) as usize];
        let from = end - last.len() as u64;
        file.read_exact_at(&mut last, from)?;
        let offset = match memrchr(b'\n', &last) {
            Some(at) => from + at as u64 + 1,
            None if from == 0 => 0,
            None => end,
        };
        FollowedFile::from_place(file, about, offset)
    }

    /// From this place.
    pub(super) fn from_place(file: File, about: &Metadata, offset: u64) -> io::Result<Self> {
        Ok(FollowedFile {
            offset,
            tail: Tail::before(&file, offset)?,
            ..FollowedFile::from_beginning(file, about)
        })
    }

    /// Reads on; `path` is where the file was found.
    pub(super) fn read(&mut self, path: &Path, space: &mut [u8]) -> io::Result<Progress> {
        if self.is_at_end
            && let Some(progress) = self.check_truncation()?
        {
            return Ok(progress);
        }
        // Where the path leads is looked at before the last attempt to read:
        // the node writes to the new file only after it is done with this one.
        let count = match self.file.read_at(space, self.offset)? {
            0 if self.is_replaced(path) => match self.file.read_at(space, self.offset)? {
                0 => return Ok(Progress::Ended),
                count => count,
            },
            count => count,
        };
        self.is_at_end = count == 0;
        if self.is_at_end {
            self.at_end_ns = wall_clock_ns();
            return Ok(Progress::Idle);
        }
        self.offset += count as u64;
        self.tail.push(&space[..count]);
        Ok(Progress::Read(count))
    }

    /// Is the file at `path` another one that somebody has written to? An empty
    /// one is what rotation creates before it tells the node.
    fn is_replaced(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|about| {
            Identity::of(&about) != self.identity && (about.len() > 0 || !about.is_file())
        })
    }

    /// Has the file been written anew since it was read to its end? Then looks
    /// for the place to go on from.
    fn check_truncation(&mut self) -> io::Result<Option<Progress>> {
        let Some(since) = self.truncated else {
            let length = self.file.metadata()?.len();
            let is_same = length == self.offset
                || (length > self.offset && self.tail.is_before(&self.file, self.offset)?);
            if is_same {
                return Ok(None);
            }
            self.truncated = Some(Instant::now());
            return Ok(Some(Progress::Idle));
        };
        if since.elapsed() < SETTLE {
            return Ok(Some(Progress::Idle));
        }
        self.truncated = None;
        self.is_at_end = false;
        if let Some(offset) = self.tail.find(&self.file)? {
            self.offset = offset;
            return Ok(None);
        }
        self.offset = 0;
        self.tail = Tail::default();
        Ok(Some(Progress::Truncated {
            since_ns: self.at_end_ns,
        }))
    }
}
