//! Which process uses a chain's directory. A node holds a POSIX lock on the
//! file `.lock` there for as long as it runs (Core: `LockDirectory`).

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::{NodeError, Process};

const LOCKS: &str = "/proc/locks";

/// The file that a running node holds locked; `None` if it is not there, so
/// that no node ever ran here.
pub(crate) fn lock_file(chain_dir: &Path) -> Result<Option<Metadata>, NodeError> {
    let path = chain_dir.join(".lock");
    match fs::metadata(&path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(NodeError::Unreadable { path, source }),
    }
}

/// The process that the kernel's list of locks names. Cheap, and possible for
/// every user; finds nothing on file systems that show another device number
/// there than to stat(2), such as btrfs and overlayfs.
pub(crate) fn by_lock_list(lock: &Metadata) -> Result<Option<Process>, NodeError> {
    let Ok(locks) = fs::read_to_string(LOCKS) else {
        return Ok(None);
    };
    let file = format!(
        "{:02x}:{:02x}:{}",
        major(lock.dev()),
        minor(lock.dev()),
        lock.ino()
    );
    match locks.lines().find_map(|line| holder(line, &file)) {
        Some(pid) => process(pid),
        None => Ok(None),
    }
}

/// A line is `1: POSIX  ADVISORY  WRITE 4711 fe:00:131 0 EOF`; one of a process
/// that waits for the lock has `->` behind the number.
fn holder(line: &str, file: &str) -> Option<u32> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    match fields[..] {
        [_, "POSIX" | "OFDLCK", _, "WRITE", pid, locked, ..] if locked == file => pid.parse().ok(),
        _ => None,
    }
}

/// The process in the pid file, if it really is the one that uses this
/// directory: Core leaves the file behind when it is killed, and the kernel
/// gives its number to somebody else.
pub(crate) fn by_pid_file(pid_file: &Path, lock: &Metadata) -> Result<Option<Process>, NodeError> {
    let Ok(text) = fs::read_to_string(pid_file) else {
        return Ok(None);
    };
    let Ok(pid) = text.trim().parse() else {
        return Ok(None);
    };
    match has_open(pid, lock) {
        Some(true) => process(pid),
        Some(false) => Ok(None),
        // Another user's process hides its files. Core writes the pid file in
        // its first second, so that a process which started after that is not it.
        None => {
            let written = fs::metadata(pid_file).map_or(0, |metadata| metadata.mtime());
            Ok(process(pid)?.filter(|process| {
                process.start_unix_seconds() <= u64::try_from(written).unwrap_or(0) + 2
                    && process
                        .command_line()
                        .is_ok_and(|line| is_node(&line.program))
            }))
        }
    }
}

fn is_node(program: &str) -> bool {
    program
        .rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with("bitcoin"))
}

/// Looks at the open files of every process: slow, call it seldom.
pub(crate) fn by_open_files(lock: &Metadata) -> Result<Option<Process>, NodeError> {
    let unreadable = |source| NodeError::Unreadable {
        path: "/proc".into(),
        source,
    };
    for entry in fs::read_dir("/proc").map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if has_open(pid, lock) == Some(true) {
            return process(pid);
        }
    }
    Ok(None)
}

/// Has the process opened the lock file? `None` if its files are not ours to see.
fn has_open(pid: u32, lock: &Metadata) -> Option<bool> {
    let files = fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
    Some(files.flatten().any(|file| {
        // Only what has the right name is asked for its inode: the path itself
        // differs in a container.
        fs::read_link(file.path()).is_ok_and(|target| target.ends_with(".lock"))
            && fs::metadata(file.path())
                .is_ok_and(|open| open.dev() == lock.dev() && open.ino() == lock.ino())
    }))
}

fn process(pid: u32) -> Result<Option<Process>, NodeError> {
    Process::with_pid(pid).map_err(|source| NodeError::Unreadable {
        path: format!("/proc/{pid}").into(),
        source,
    })
}

/// The parts of a device number as glibc's gnu_dev_major(3) takes them out.
fn major(device: u64) -> u64 {
    ((device >> 8) & 0xfff) | ((device >> 32) & !0xfff)
}

fn minor(device: u64) -> u64 {
    (device & 0xff) | ((device >> 12) & !0xff)
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn reads_the_lines_of_the_lock_list() {
        let file = "fe:00:10018852";
        let held = "2: POSIX  ADVISORY  WRITE 16371 fe:00:10018852 0 EOF";
        assert_eq!(holder(held, file), Some(16371));
        for other in [
            "2: -> POSIX  ADVISORY  WRITE 7 fe:00:10018852 0 EOF",
            "2: POSIX  ADVISORY  READ 7 fe:00:10018852 0 EOF",
            "2: POSIX  ADVISORY  WRITE 7 fe:00:1001885 0 EOF",
            "",
        ] {
            assert_eq!(holder(other, file), None, "{other:?}");
        }
    }

    #[test]
    fn a_process_counts_only_while_it_has_the_lock_file_open() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(".lock");
        let pid_file = directory.path().join("bitcoind.pid");
        let open = File::create(&path).unwrap();
        fs::write(&pid_file, std::process::id().to_string()).unwrap();
        let lock = lock_file(directory.path()).unwrap().unwrap();

        let ourselves = Some(std::process::id());
        let pid = |found: Option<Process>| found.map(|process| process.pid);
        assert_eq!(pid(by_pid_file(&pid_file, &lock).unwrap()), ourselves);
        assert_eq!(pid(by_open_files(&lock).unwrap()), ourselves);
        drop(open);
        assert_eq!(by_pid_file(&pid_file, &lock).unwrap(), None);
        assert_eq!(by_open_files(&lock).unwrap(), None);
        fs::write(&pid_file, "not a number").unwrap();
        assert_eq!(by_pid_file(&pid_file, &lock).unwrap(), None);
    }
}
