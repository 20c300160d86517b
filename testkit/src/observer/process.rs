//! What /proc says of a process.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

/// A running process.
#[derive(Clone, Copy, Debug)]
pub struct Process(pub u32);

impl Process {
    fn read(self, file: &str) -> Result<String> {
        let path = PathBuf::from(format!("/proc/{}/{file}", self.0));
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    /// Processor time of all threads, those that have ended too.
    pub fn cpu(self) -> Result<Duration> {
        let stat = self.read("stat")?;
        // The second field, the name in brackets, may contain anything.
        let fields = stat
            .rsplit_once(") ")
            .context("stat has a name in brackets")?
            .1;
        let ticks: u64 = fields
            .split_whitespace()
            .skip(11) // From field 3 to fields 14 and 15, utime and stime.
            .take(2)
            .map(|field| field.parse::<u64>().unwrap_or_default())
            .sum();
        // USER_HZ is 100 on every Linux that Rust runs on.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Proportional set size in bytes: memory that is shared counts in part,
    /// and the ring, which is mapped twice, counts once.
    pub fn pss_bytes(self) -> Result<u64> {
        let rollup = self.read("smaps_rollup")?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let kilobytes = line
            .and_then(|line| line.split_whitespace().next())
            .context("a Pss line")?;
        Ok(kilobytes.parse::<u64>()? * 1024)
    }

    /// The most resident memory that it has ever had, in bytes.
    pub fn peak_rss_bytes(self) -> Result<u64> {
        let status = self.read("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line
            .and_then(|line| line.split_whitespace().next())
            .context("a VmHWM line")?;
        Ok(kilobytes.parse::<u64>()? * 1024)
    }

    /// Processor time of the threads with these names.
    pub fn threads_cpu(self, names: &[&str]) -> Result<Duration> {
        let mut total = Duration::ZERO;
        for entry in fs::read_dir(format!("/proc/{}/task", self.0))? {
            let folder = entry?.path();
            let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
            if names.contains(&name.trim()) {
                let schedstat = fs::read_to_string(folder.join("schedstat")).unwrap_or_default();
                let nanoseconds = schedstat.split_whitespace().next().unwrap_or("0");
                total += Duration::from_nanos(nanoseconds.parse().unwrap_or_default());
            }
        }
        Ok(total)
    }
}
