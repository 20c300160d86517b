//! All that is read of one process.

use std::os::fd::OwnedFd;

use peer_observer_event::{ProcessMemory, ProcessSample};
use peer_observer_node::Process;
use rustix::fs::{CWD, Mode, OFlags};

use super::cost::Stopwatch;
use super::file::{Buffer, KeptFile, ReadError};
use super::open_files::OpenFiles;
use super::pressure::Pressure;
use super::rollup::process_memory;
use super::threads::{Threads, cpu_time};
use crate::missing::{Missing, Part};
use crate::parse;

/// One process, with its files open. They stay those of this process, even
/// when its number is given to another one.
pub(crate) struct Reader {
    pid: u32,
    /// `/proc/PID`.
    directory: OwnedFd,
    stat: KeptFile,
    status: KeptFile,
    io: KeptFile,
    open_files: OpenFiles,
    pub(super) threads: Threads,
    pressure: Option<Pressure>,
    buffer: Buffer,
}

/// A sample, and what of it could not be read.
pub(crate) struct Reading {
    pub(crate) sample: ProcessSample,
    pub(crate) missing: Missing,
}

impl Reader {
    /// Opens what is known to be the process; [`ReadError::Gone`] where it is another by now.
    pub(crate) fn open(process: &Process, with_pressure: bool) -> Result<Reader, ReadError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let path = format!("/proc/{}", process.pid);
        let directory = rustix::fs::openat(CWD, path, flags, Mode::empty())?;
        let threads = Threads::open(&directory)?;
        if !process.is_alive() {
            return Err(ReadError::Gone);
        }
        Ok(Reader {
            pid: process.pid,
            stat: KeptFile::new("stat"),
            status: KeptFile::new("status"),
            io: KeptFile::new("io"),
            open_files: OpenFiles::new(),
            pressure: with_pressure.then(Pressure::new),
            buffer: Buffer::new(),
            threads,
            directory,
        })
    }

    /// Does it run? Not once it has ended, be it that nobody has noticed yet.
    pub(crate) fn is_alive(&mut self) -> bool {
        let text = self.stat.read(&self.directory, &mut self.buffer);
        text.is_ok_and(|text| parse::stat(text).is_some_and(|stat| !stat.has_ended))
    }

    /// Takes a sample.
    pub(crate) fn sample(&mut self) -> Result<Reading, ReadError> {
        let stopwatch = Stopwatch::start();
        let (directory, buffer) = (&self.directory, &mut self.buffer);
        let mut missing = Missing::default();

        // Before the threads: what has been used by now is not more than what
        // they are going to say.
        let stat = parse::stat(self.stat.read(directory, buffer)?).ok_or(ReadError::Malformed)?;
        if stat.has_ended {
            return Err(ReadError::Gone);
        }
        let cpu = cpu_time(stat.user_ticks, stat.system_ticks);
        let mut sample = ProcessSample {
            pid: self.pid,
            user_seconds: cpu.user_ns as f64 / 1e9,
            system_seconds: cpu.system_ns as f64 / 1e9,
            minor_faults: stat.minor_faults,
            major_faults: stat.major_faults,
            thread_count: stat.thread_count,
            ..ProcessSample::default()
        };
        sample.threads = self.threads.sample(cpu, buffer)?;
        if sample
            .threads
            .iter()
            .all(|usage| usage.run_queue_seconds.is_none())
        {
            missing.add(Part::RunQueue, ReadError::NotThere);
        }
        sample.memory = parse::memory(self.status.read(directory, buffer)?);
        let io = self.io.read(directory, buffer);
        let io = io.and_then(|text| parse::io(text).ok_or(ReadError::Malformed));
        sample.io = missing.note(Part::Io, io)?;
        let files = self.open_files.read(directory, buffer);
        sample.files = missing.note(Part::Files, files)?;
        if let Some(pressure) = &mut self.pressure {
            let stalls = pressure.read(directory, buffer);
            sample.pressure = missing.note(Part::Pressure, stalls)?.unwrap_or_default();
        }
        sample.cost_ns = stopwatch.cost_ns();
        Ok(Reading { sample, missing })
    }

    /// Reads the proportional set size.
    pub(crate) fn memory(&mut self) -> Result<ProcessMemory, ReadError> {
        process_memory(self.pid, &self.directory, &mut self.buffer)
    }
}
