//! The open files of a process.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use peer_observer_event::FileUsage;
use rustix::fs::{OFlags, RawDir, readlinkat_raw};

use super::cost::Stopwatch;
use super::file::{Buffer, KeptFile, ReadError, open};
use crate::parse::open_files_limit;

const LIST_BYTES: usize = 16 << 10;
/// Each file has to be looked at, and a node with a thousand peers has as many.
/// After it took so many nanoseconds, it is done again after so many times as
/// many: it never takes more than a thousandth of a CPU.
const LEAST_PAUSE: u32 = 1_000;

/// Counts files and sockets.
pub(crate) struct OpenFiles {
    limits: KeptFile,
    last: Option<(FileUsage, Instant)>,
    list_buffer: Box<[MaybeUninit<u8>]>,
}

impl OpenFiles {
    pub(crate) fn new() -> OpenFiles {
        OpenFiles {
            limits: KeptFile::new("limits"),
            last: None,
            list_buffer: vec![MaybeUninit::uninit(); LIST_BYTES].into(),
        }
    }

    /// The figures now, or, where counting takes long, of a little while ago.
    pub(crate) fn read(
        &mut self,
        process: &OwnedFd,
        buffer: &mut Buffer,
    ) -> Result<FileUsage, ReadError> {
        if let Some((usage, next)) = &self.last
            && Instant::now() < *next
        {
            return Ok(*usage);
        }
        let stopwatch = Stopwatch::start();
        let (open_files, sockets) = self.count(process)?;
        let pause = Duration::from_nanos(stopwatch.cost_ns()) * LEAST_PAUSE;
        let limits = self.limits.read(process, buffer)?;
        let usage = FileUsage {
            open_files,
            sockets,
            open_files_limit: open_files_limit(limits),
        };
        self.last = Some((usage, Instant::now() + pause));
        Ok(usage)
    }

    /// All open files, and the sockets among them.
    fn count(&mut self, process: &OwnedFd) -> Result<(u32, u32), ReadError> {
        let directory = open(process.as_fd(), "fd", OFlags::DIRECTORY)?;
        let (mut open_files, mut sockets) = (0u32, 0u32);
        let mut entries = RawDir::new(&directory, &mut self.list_buffer);
        while let Some(entry) = entries.next() {
            let entry = entry?;
            if entry.file_name().to_bytes().starts_with(b".") {
                continue;
            }
            // The beginning suffices; a file that was closed meanwhile is none.
            let mut target = [MaybeUninit::<u8>::uninit(); 16];
            if let Ok((target, _)) = readlinkat_raw(&directory, entry.file_name(), &mut target) {
                open_files = open_files.saturating_add(1);
                sockets = sockets.saturating_add(target.starts_with(b"socket:").into());
            }
        }
        Ok((open_files, sockets))
    }
}
