#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::*;

struct Log {
    directory: tempfile::TempDir,
    follower: Follower,
}

impl Log {
    fn new(start: Start) -> Log {
        let directory = tempfile::tempdir().unwrap();
        let follower = Follower::new(directory.path().join("debug.log"), start);
        Log {
            directory,
            follower,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn append(&self, name: &str, text: &str) {
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .append(true)
            .open(self.path(name))
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn read(&mut self) -> (Progress, String) {
        let mut space = [0; 4096];
        let progress = self.follower.read(&mut space).unwrap();
        let text = match progress {
            Progress::Read(count) => String::from_utf8_lossy(&space[..count]).into_owned(),
            _ => String::new(),
        };
        (progress, text)
    }

    /// Reads until something else than waiting is to be done.
    fn next(&mut self) -> (Progress, String) {
        let began = Instant::now();
        loop {
            let read = self.read();
            if read.0 != Progress::Idle || began.elapsed() > Duration::from_secs(10) {
                return read;
            }
            self.follower.wait(Duration::from_millis(5));
        }
    }

    fn expect(&mut self, text: &str) {
        assert_eq!(self.next(), (Progress::Read(text.len()), text.to_owned()));
    }
}

#[test]
fn begins_at_the_end_with_whole_lines() {
    let mut log = Log::new(Start::End);
    log.append("debug.log", "old\nhalf");
    log.expect("half");
    log.append("debug.log", " new\n");
    log.expect(" new\n");

    let mut log = Log::new(Start::Beginning);
    log.append("debug.log", "old\n");
    log.expect("old\n");
}

#[test]
fn a_missing_file_is_read_from_its_beginning_when_it_comes() {
    let mut log = Log::new(Start::End);
    assert_eq!(log.read().0, Progress::Missing);
    log.append("debug.log", "one\n");
    log.expect("one\n");
}

#[test]
fn a_renamed_file_is_read_to_its_end_first() {
    let mut log = Log::new(Start::Beginning);
    log.append("debug.log", "one\n");
    log.expect("one\n");
    fs::rename(log.path("debug.log"), log.path("debug.log.1")).unwrap();
    assert_eq!(log.read().0, Progress::Idle);
    log.append("debug.log.1", "two\n");
    log.expect("two\n");
    // What rotation creates is empty at first, and the node goes on with the old file.
    File::create(log.path("debug.log")).unwrap();
    assert_eq!(log.read().0, Progress::Idle);
    log.append("debug.log.1", "three\n");
    log.append("debug.log", "four\n");
    log.expect("three\n");
    assert_eq!(log.next().0, Progress::Ended);
    log.expect("four\n");
}

#[test]
fn a_truncated_file_is_a_gap() {
    let mut log = Log::new(Start::Beginning);
    let old = "a line that was written before\n".repeat(9);
    log.append("debug.log", &old);
    log.expect(&old);
    assert_eq!(log.read().0, Progress::Idle);
    fs::write(log.path("debug.log"), "new\n").unwrap();
    assert!(matches!(
        log.next().0,
        Progress::Truncated { since_ns: 1.. }
    ));
    log.expect("new\n");
    // It may have grown beyond what it was by the time it is looked at.
    assert_eq!(log.read().0, Progress::Idle);
    let longer = "another line\n".repeat(20);
    fs::write(log.path("debug.log"), &longer).unwrap();
    assert!(matches!(log.next().0, Progress::Truncated { .. }));
    log.expect(&longer);
}

#[test]
fn a_file_whose_beginning_was_cut_off_is_read_on() {
    let mut log = Log::new(Start::Beginning);
    let old: String = (0..200).map(|number| format!("line {number}\n")).collect();
    log.append("debug.log", &old);
    log.expect(&old);
    assert_eq!(log.read().0, Progress::Idle);
    // As Core shrinks its log when it starts.
    fs::write(log.path("debug.log"), &old[600..]).unwrap();
    log.append("debug.log", "new\n");
    log.expect("new\n");
}

#[test]
fn a_fifo_survives_its_writers() {
    let mut log = Log::new(Start::End);
    let path = log.path("debug.log");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &path,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    assert_eq!(log.read().0, Progress::Idle);
    assert!(log.follower.is_stream());
    for text in ["one\n", "two\nhalf"] {
        let mut writer = OpenOptions::new().write(true).open(&path).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        log.expect(text);
        assert_eq!(log.read().0, Progress::Idle);
        drop(writer);
        assert_eq!(log.next().0, Progress::Ended);
        assert_eq!(log.read().0, Progress::Idle);
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(log.next().0, Progress::Ended);
    log.append("debug.log", "a file now\n");
    log.expect("a file now\n");
}

#[test]
fn what_cannot_be_read_says_so() {
    let log = Log::new(Start::End);
    let mut follower = Follower::new(log.directory.path().to_owned(), Start::End);
    let error = follower.read(&mut [0; 16]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
}
