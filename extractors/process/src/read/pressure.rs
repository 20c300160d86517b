//! Pressure stall information: of the node's cgroup, else of the machine.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use peer_observer_event::PressureStall;
use rustix::fs::{CWD, Mode, OFlags};

use super::file::{Buffer, KeptFile, ReadError};
use crate::parse::{Mount, cgroup2_mount, path_in_cgroup2, pressure};

const MACHINE: &str = "/proc/pressure";

/// Reads the three resources, wherever the process is.
pub(crate) struct Pressure {
    /// The process's cgroup, as text.
    cgroup: KeptFile,
    mount: Option<Mount>,
    /// What the cgroup's text was when the files were opened.
    text: Vec<u8>,
    files: Option<Files>,
}

struct Files {
    scope: &'static str,
    directory: OwnedFd,
    resources: [(&'static str, KeptFile); 3],
}

impl Pressure {
    pub(crate) fn new() -> Pressure {
        Pressure {
            cgroup: KeptFile::new("cgroup"),
            mount: mount(),
            text: Vec::new(),
            files: None,
        }
    }

    /// The figures now. Resources that the kernel does not tell are left out.
    pub(crate) fn read(
        &mut self,
        process: &OwnedFd,
        buffer: &mut Buffer,
    ) -> Result<Vec<PressureStall>, ReadError> {
        let text = self.cgroup.read(process, buffer)?;
        if self.files.is_none() || self.text != text {
            self.text.clear();
            self.text.extend_from_slice(text);
            let directory = str::from_utf8(text).ok().and_then(path_in_cgroup2);
            let directory = directory.and_then(|path| self.mount.as_ref()?.directory(path));
            self.files = Some(Files::open(directory)?);
        }
        match &mut self.files {
            Some(files) => files.read(buffer),
            // It has just been set.
            None => Err(ReadError::NotThere),
        }
    }
}

fn mount() -> Option<Mount> {
    cgroup2_mount(&fs::read_to_string("/proc/self/mountinfo").ok()?)
}

impl Files {
    fn open(cgroup: Option<PathBuf>) -> Result<Files, ReadError> {
        // A kernel without pressure figures has these files nowhere; one where
        // they are switched off for cgroups has them for the machine.
        let has_figures = |path: &PathBuf| path.join("cpu.pressure").exists();
        if let Some(path) = cgroup.filter(has_figures) {
            let files = ["cpu.pressure", "memory.pressure", "io.pressure"];
            return Files::new("cgroup", &path, files);
        }
        Files::new("machine", MACHINE.as_ref(), ["cpu", "memory", "io"])
    }

    fn new(scope: &'static str, path: &Path, files: [&'static str; 3]) -> Result<Files, ReadError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let [cpu, memory, io] = files.map(KeptFile::new);
        Ok(Files {
            scope,
            directory: rustix::fs::openat(CWD, path, flags, Mode::empty())?,
            resources: [("cpu", cpu), ("memory", memory), ("io", io)],
        })
    }

    fn read(&mut self, buffer: &mut Buffer) -> Result<Vec<PressureStall>, ReadError> {
        let mut all = Vec::with_capacity(self.resources.len());
        for (resource, file) in &mut self.resources {
            let text = match file.read(self.directory.as_fd(), buffer) {
                Ok(text) => text,
                Err(ReadError::NotThere) => continue,
                Err(error) => return Err(error),
            };
            let stalled = pressure(text).ok_or(ReadError::Malformed)?;
            let seconds = |microseconds: u64| microseconds as f64 / 1e6;
            all.push(PressureStall {
                resource: (*resource).to_owned(),
                scope: self.scope.to_owned(),
                some_seconds: seconds(stalled.some_us),
                full_seconds: stalled.full_us.map(seconds),
            });
        }
        match all.is_empty() {
            true => Err(ReadError::NotThere),
            false => Ok(all),
        }
    }
}
