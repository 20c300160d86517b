//! The threads of a process.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};

use peer_observer_event::ThreadUsage;
use rustix::fs::{OFlags, RawDir, SeekFrom};
use rustix::io::Errno;

use super::cpu_time::CpuTime;
use super::file::{Buffer, ReadError, open};
use super::thread_names::{OTHER, ThreadNames, Used};
use crate::parse::{Schedstat, Switches, schedstat, stat, switches};

/// Threads that are looked at one by one; what others use goes to `other`.
const MOST_THREADS: usize = 1_024;
/// Threads one of whose files stays open; those of others are opened each time.
pub(super) const MOST_KEPT_OPEN: usize = 64;
const LIST_BYTES: usize = 8 << 10;

/// The threads as last seen, and the sums by name.
pub(crate) struct Threads {
    /// `/proc/PID/task`.
    directory: OwnedFd,
    threads: BTreeMap<u32, Thread>,
    names: ThreadNames,
    pub(super) kept_open: usize,
    /// Counts samples, to find the threads that are not there any more.
    sample: u64,
    listed: Vec<u32>,
    list_buffer: Box<[MaybeUninit<u8>]>,
    path: String,
}

#[derive(Default)]
struct Thread {
    /// Its `schedstat`, if it is one of those that stay open.
    file: Option<OwnedFd>,
    schedstat: Schedstat,
    cpu: CpuTime,
    switches: Switches,
    /// Of its name.
    index: usize,
    sample: u64,
}

impl Threads {
    /// `process` is `/proc/PID`.
    pub(crate) fn open(process: &OwnedFd) -> Result<Threads, ReadError> {
        Ok(Threads {
            directory: open(process.as_fd(), "task", OFlags::DIRECTORY)?,
            threads: BTreeMap::new(),
            names: ThreadNames::new(),
            kept_open: 0,
            sample: 0,
            listed: Vec::new(),
            list_buffer: vec![MaybeUninit::uninit(); LIST_BYTES].into(),
            path: String::new(),
        })
    }

    /// Looks at all threads. `process` is what the whole process had used, in
    /// clock ticks, before that.
    pub(crate) fn sample(
        &mut self,
        process: CpuTime,
        buffer: &mut Buffer,
    ) -> Result<Vec<ThreadUsage>, ReadError> {
        self.sample += 1;
        self.names.forget_counts();
        self.list()?;
        let mut keeps_schedstat = false;
        for index in 0..self.listed.len() {
            match self.look_at(self.listed[index], buffer) {
                Ok(kept) => keeps_schedstat |= kept,
                // It has ended in the meantime, or says nothing that we understand.
                Err(ReadError::Gone | ReadError::NotThere | ReadError::Malformed) => {}
                Err(error) => return Err(error),
            }
        }
        self.forget_ended();
        // Threads that came or went between two samples, or before the first,
        // have used what the others have not. Taken before the others were
        // looked at, the process's time is never too much.
        let mut sum = self.names.cpu();
        let cpu = sum.grow_to(process.total_ns(), process);
        let unseen = Used {
            cpu,
            ..Used::default()
        };
        self.names.add(OTHER, &unseen);
        Ok(self.names.usages(keeps_schedstat))
    }

    /// Lists the threads' ids.
    fn list(&mut self) -> Result<(), ReadError> {
        self.listed.clear();
        rustix::fs::seek(&self.directory, SeekFrom::Start(0))?;
        let mut entries = RawDir::new(&self.directory, &mut self.list_buffer);
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(Errno::NOENT) => return Err(ReadError::Gone),
                Err(error) => return Err(error.into()),
            };
            // All but `.` and `..`.
            let name = entry.file_name().to_str().ok();
            let id = name.and_then(|name| name.parse::<u32>().ok());
            self.listed.extend(id);
            if self.listed.len() >= MOST_THREADS {
                break;
            }
        }
        match self.listed.is_empty() {
            true => Err(ReadError::Gone),
            false => Ok(()),
        }
    }

    /// Adds what a thread has used since it was last looked at. Does the
    /// kernel keep the scheduler's figures for it?
    fn look_at(&mut self, id: u32, buffer: &mut Buffer) -> Result<bool, ReadError> {
        let now = match self.schedstat(id, buffer) {
            // Another thread has got the number of one that has ended.
            Err(ReadError::Gone) if self.threads.contains_key(&id) => {
                self.forget(id);
                self.schedstat(id, buffer)?
            }
            now => now?,
        };
        if let Some(thread) = self.threads.get_mut(&id)
            && now.is_kept()
            && thread.schedstat == now
        {
            // It has not run since, so that nothing else has changed either.
            thread.sample = self.sample;
            self.names.count(thread.index);
            return Ok(true);
        }
        if self
            .threads
            .get(&id)
            .is_some_and(|thread| now.run_ns < thread.schedstat.run_ns)
        {
            // The same, where no file of the first one is open.
            self.forget(id);
        }
        self.update(id, now, buffer)?;
        Ok(now.is_kept())
    }

    fn schedstat(&mut self, id: u32, buffer: &mut Buffer) -> Result<Schedstat, ReadError> {
        let kept = self
            .threads
            .get(&id)
            .and_then(|thread| thread.file.as_ref());
        let read = match kept {
            Some(file) => buffer.read(file),
            None => {
                let path = path(&mut self.path, id, "schedstat");
                match open(self.directory.as_fd(), path, OFlags::empty()) {
                    Ok(file) => {
                        let read = buffer.read(&file);
                        self.keep_open(id, file);
                        read
                    }
                    // A kernel without the file; whether the thread is there
                    // shows when its other files are read.
                    Err(ReadError::NotThere) => return Ok(Schedstat::default()),
                    Err(error) => Err(error),
                }
            }
        };
        schedstat(read?).ok_or(ReadError::Malformed)
    }

    fn keep_open(&mut self, id: u32, file: OwnedFd) {
        if self.kept_open < MOST_KEPT_OPEN {
            self.kept_open += 1;
            self.threads.entry(id).or_default().file = Some(file);
        }
    }

    fn update(&mut self, id: u32, now: Schedstat, buffer: &mut Buffer) -> Result<(), ReadError> {
        let path = path(&mut self.path, id, "stat");
        let text = buffer.read_at(&self.directory, path)?;
        let stat = stat(text).ok_or(ReadError::Malformed)?;
        let index = self.names.index(stat.name);
        let ticks = cpu_time(stat.user_ticks, stat.system_ticks);
        let path = self::path(&mut self.path, id, "status");
        let switches =
            switches(buffer.read_at(&self.directory, path)?).ok_or(ReadError::Malformed)?;

        let thread = self.threads.entry(id).or_default();
        let run_ns = match now.is_kept() {
            true => now.run_ns,
            false => ticks.total_ns(),
        };
        let before = thread.switches;
        let used = Used {
            cpu: thread.cpu.grow_to(run_ns, ticks),
            wait_ns: now.wait_ns.saturating_sub(thread.schedstat.wait_ns),
            switches: Switches {
                voluntary: switches.voluntary.saturating_sub(before.voluntary),
                involuntary: switches.involuntary.saturating_sub(before.involuntary),
            },
        };
        thread.schedstat = now;
        thread.switches = switches;
        // A thread may have got another name; what it used before stays there.
        thread.index = index;
        thread.sample = self.sample;
        self.names.add(index, &used);
        self.names.count(index);
        Ok(())
    }

    fn forget(&mut self, id: u32) {
        let forgotten = self.threads.remove(&id);
        if forgotten.is_some_and(|thread| thread.file.is_some()) {
            self.kept_open -= 1;
        }
    }

    fn forget_ended(&mut self) {
        let (sample, kept_open) = (self.sample, &mut self.kept_open);
        self.threads.retain(|_, thread| {
            let is_there = thread.sample == sample;
            if !is_there && thread.file.is_some() {
                *kept_open -= 1;
            }
            is_there
        });
    }
}

fn path<'p>(path: &'p mut String, id: u32, file: &str) -> &'p str {
    path.clear();
    // Writing to a String cannot fail.
    let _ = write!(path, "{id}/{file}");
    path
}

/// Clock ticks as time.
pub(crate) fn cpu_time(user_ticks: u64, system_ticks: u64) -> CpuTime {
    let tick_ns = 1_000_000_000 / rustix::param::clock_ticks_per_second().max(1);
    CpuTime {
        user_ns: user_ticks.saturating_mul(tick_ns),
        system_ns: system_ticks.saturating_mul(tick_ns),
    }
}
