//! A running process as the kernel shows it in `/proc`.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use crate::command_line::CommandLine;

/// Clock ticks per second in `/proc/PID/stat`: USER_HZ, which is 100 on every
/// architecture that Bitcoin Core is released for.
const TICKS_PER_SECOND: u64 = 100;

/// A command line longer than this is cut; the kernel's own limit for one
/// argument is the same.
const COMMAND_LINE_LIMIT_BYTES: u64 = 128 * 1024;

/// When a process started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// Clock ticks after the machine's start. With the process id this names
    /// one process for good, as the kernel gives ids again.
    pub ticks: u64,
    /// Seconds since the epoch.
    pub unix_seconds: u64,
}

/// The process of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// When it started.
    pub started: Start,
}

impl Process {
    /// The process with this id, if there is one and it is not a zombie.
    pub fn with_pid(pid: u32) -> io::Result<Option<Process>> {
        let Some(ticks) = running_since(pid)? else {
            return Ok(None);
        };
        let unix_seconds = boot_unix_seconds()? + ticks / TICKS_PER_SECOND;
        Ok(Some(Process {
            pid,
            started: Start {
                ticks,
                unix_seconds,
            },
        }))
    }

    /// When it started, in seconds since the epoch: the `run` of an event.
    pub fn start_unix_seconds(&self) -> u64 {
        self.started.unix_seconds
    }

    /// When it started, in clock ticks after the machine's start.
    pub fn start_ticks(&self) -> u64 {
        self.started.ticks
    }

    /// When it started, in nanoseconds of CLOCK_BOOTTIME, to a hundredth of a second.
    pub fn start_boot_ns(&self) -> u64 {
        const TICK_NS: u64 = 1_000_000_000 / TICKS_PER_SECOND;
        self.started.ticks.saturating_mul(TICK_NS)
    }

    /// A path under which its executable can be opened, even if the file has
    /// been replaced or deleted since and if it lies in a container.
    pub fn executable(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/exe", self.pid))
    }

    /// Does this very process still run? False for a zombie and for another
    /// process that was given its id.
    pub fn is_alive(&self) -> bool {
        matches!(running_since(self.pid), Ok(Some(ticks)) if ticks == self.started.ticks)
    }

    pub(crate) fn command_line(&self) -> io::Result<CommandLine> {
        let mut bytes = Vec::new();
        fs::File::open(format!("/proc/{}/cmdline", self.pid))?
            .take(COMMAND_LINE_LIMIT_BYTES)
            .read_to_end(&mut bytes)?;
        Ok(CommandLine::parse(&bytes))
    }
}

/// The start of the process in clock ticks; `None` if it does not run.
fn running_since(pid: u32) -> io::Result<Option<u64>> {
    match fs::read(format!("/proc/{pid}/stat")) {
        Ok(stat) => parse_stat(&stat).ok_or_else(|| malformed("/proc/PID/stat")),
        // ESRCH is what a read says when the process ends after the open.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.raw_os_error() == Some(3) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads state and start time out of `/proc/PID/stat` (proc(5), fields 3 and
/// 22). The outer `None` is a malformed file, the inner a process that has ended.
fn parse_stat(stat: &[u8]) -> Option<Option<u64>> {
    // The second field, the name, can contain spaces and parentheses; no field
    // after it can.
    let after_name = stat.iter().rposition(|byte| *byte == b')')? + 1;
    let fields = str::from_utf8(&stat[after_name..]).ok()?;
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?;
    let start = fields.nth(18)?.parse().ok()?;
    Some((!matches!(state, "Z" | "X" | "x")).then_some(start))
}

/// When the machine started, in seconds since the epoch.
fn boot_unix_seconds() -> io::Result<u64> {
    fs::read_to_string("/proc/stat")?
        .lines()
        .find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok())
        .ok_or_else(|| malformed("/proc/stat"))
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("{what} has an unknown form"),
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_hostile_process_name_does_not_shift_the_fields() {
        let stat = b"7 (x) Z 1 (y) R 1 7 7 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 22 0 4711 0 0";
        assert_eq!(parse_stat(stat), Some(Some(4711)));
    }

    #[test]
    fn a_zombie_does_not_run() {
        let stat = b"7 (b-shutoff) Z 1 7 7 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 22 0 4711 0 0";
        assert_eq!(parse_stat(stat), Some(None));
        assert_eq!(parse_stat(b"7 (cut"), None);
    }

    #[test]
    fn we_run_since_a_moment_ago_and_another_start_is_another_process() {
        let mut ourselves = Process::with_pid(std::process::id()).unwrap().unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let started = Duration::from_secs(ourselves.start_unix_seconds());
        assert!(started <= now + Duration::from_secs(2));
        assert!(started + Duration::from_secs(3600) > now);
        assert!(ourselves.is_alive());
        ourselves.started.ticks += 1;
        assert!(!ourselves.is_alive());
    }
}
