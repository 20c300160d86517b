//! One file of a recording.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use peer_observer_archive::{ArchiveWriter, Header, Options, WriteError};

/// A file that is being written.
pub(crate) struct Part {
    path: PathBuf,
    writer: ArchiveWriter<File>,
    /// The bus's time of the first event.
    begun_ns: Option<u64>,
    /// Where the first frame begins.
    header_bytes: u64,
    /// Everything up to here is on the disk.
    synced_bytes: u64,
}

impl Part {
    /// Begins a file, which must not be there.
    pub(crate) fn create(path: &Path, header: &Header, level: i32) -> Result<Part, WriteError> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let options = Options {
            level,
            ..Options::default()
        };
        let writer = ArchiveWriter::new(file, header, options).inspect_err(|_| {
            // A file without a header is of no use to anybody.
            let _ = fs::remove_file(path);
        })?;
        Ok(Part {
            path: path.to_owned(),
            header_bytes: writer.bytes(),
            writer,
            begun_ns: None,
            synced_bytes: 0,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes in the file.
    pub(crate) fn bytes(&self) -> u64 {
        self.writer.bytes()
    }

    /// How long its events last, in nanoseconds of the bus.
    pub(crate) fn span_ns(&self, now_ns: u64) -> u64 {
        now_ns.saturating_sub(self.begun_ns.unwrap_or(now_ns))
    }

    pub(crate) fn push(&mut self, event: &[u8], bus_time_ns: u64) -> Result<(), WriteError> {
        self.begun_ns.get_or_insert(bus_time_ns);
        self.writer.push(event)
    }

    pub(crate) fn miss(&mut self, events: u64) {
        self.writer.miss(events);
    }

    /// Does the file have everything that was pushed?
    pub(crate) fn is_flushed(&self) -> bool {
        self.writer.unflushed_bytes() == 0
    }

    /// Brings everything to the disk.
    pub(crate) fn flush(&mut self) -> Result<(), WriteError> {
        self.writer.flush()?;
        if self.writer.bytes() > self.synced_bytes {
            self.writer.get_ref().sync_data()?;
            self.synced_bytes = self.writer.bytes();
        }
        Ok(())
    }

    /// Ends the file: index and all.
    pub(crate) fn finish(self) -> Result<(), WriteError> {
        let file = self.writer.finish()?;
        file.sync_all()?;
        Ok(())
    }

    /// Leaves the file as it is after a failure, without half a record at its
    /// end; removes it where it has no events.
    pub(crate) fn abandon(self) -> io::Result<()> {
        let bytes = self.writer.bytes();
        let has_events = bytes > self.header_bytes;
        let file = self.writer.into_inner();
        match has_events {
            true => file.set_len(bytes),
            false => fs::remove_file(&self.path),
        }
    }
}
