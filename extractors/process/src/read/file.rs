//! Files of a process.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::{Errno, pread, retry_on_intr};

/// Room for the largest file that is read, `status`: its lists of groups, CPUs
/// and memory nodes can be long, but not that long.
const BUFFER_BYTES: usize = 32 << 10;

/// A buffer for one file at a time.
pub(crate) struct Buffer(Box<[u8]>);

impl Buffer {
    pub(crate) fn new() -> Buffer {
        Buffer(vec![0; BUFFER_BYTES].into())
    }

    /// The file from its beginning, cut at the buffer's size. The kernel writes
    /// the text anew each time that it is read from the beginning.
    pub(crate) fn read(&mut self, file: impl AsFd) -> Result<&[u8], ReadError> {
        let file = file.as_fd();
        let length = retry_on_intr(|| pread(file, &mut self.0[..], 0))?;
        Ok(&self.0[..length])
    }

    /// The same of a file that is opened for it.
    pub(crate) fn read_at(&mut self, directory: impl AsFd, path: &str) -> Result<&[u8], ReadError> {
        let file = open(directory.as_fd(), path, OFlags::empty())?;
        self.read(file)
    }
}

/// Opens a file below a directory, to read it.
pub(crate) fn open(
    directory: BorrowedFd<'_>,
    path: &str,
    more: OFlags,
) -> Result<OwnedFd, ReadError> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | more;
    let opened = retry_on_intr(|| rustix::fs::openat(directory, path, flags, Mode::empty()));
    Ok(opened?)
}

/// A file that is opened when it is first read and stays open.
pub(crate) struct KeptFile {
    path: &'static str,
    file: Option<OwnedFd>,
}

impl KeptFile {
    pub(crate) fn new(path: &'static str) -> KeptFile {
        KeptFile { path, file: None }
    }

    /// The file below `directory`, which must be the same each time.
    pub(crate) fn read<'b>(
        &mut self,
        directory: impl AsFd,
        buffer: &'b mut Buffer,
    ) -> Result<&'b [u8], ReadError> {
        let file = match &self.file {
            Some(file) => file,
            None => {
                let opened = open(directory.as_fd(), self.path, OFlags::empty())?;
                self.file.insert(opened)
            }
        };
        buffer.read(file)
    }
}

/// Why a file of the process cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    /// The process or thread has ended.
    #[error("the process has ended")]
    Gone,
    /// We may not.
    #[error("permission denied")]
    Denied,
    /// The kernel does not have it.
    #[error("this kernel does not have it")]
    NotThere,
    /// Its text has a form that we do not know.
    #[error("the text has an unknown form")]
    Malformed,
    /// Something else.
    #[error("{0}")]
    Other(Errno),
}

impl From<Errno> for ReadError {
    fn from(error: Errno) -> ReadError {
        match error {
            Errno::SRCH => ReadError::Gone,
            Errno::ACCESS | Errno::PERM => ReadError::Denied,
            Errno::NOENT | Errno::NOTDIR | Errno::OPNOTSUPP => ReadError::NotThere,
            other => ReadError::Other(other),
        }
    }
}
