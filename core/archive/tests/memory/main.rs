//! How much memory the reader and the writer take: as much for a long archive as
//! for a short one, and never much, whatever a file says.
//!
//! The tests measure the whole process, so they run one after the other.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

#[path = "../archive/recording.rs"]
#[allow(dead_code)]
mod recording;

mod crafted;

use std::fs::File;
use std::io::{BufWriter, Cursor, Read, Seek, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use peak_alloc::PeakAlloc;
use peer_observer_archive::*;

use recording::{Traffic, recording};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;
static ONE_AFTER_THE_OTHER: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE_AFTER_THE_OTHER
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// zstd takes its memory from elsewhere: its largest window, and some more.
const ZSTD_BYTES: usize = 18 << 20;
/// What a reader takes at most.
const MOST_BYTES: usize = 256_000_000 - ZSTD_BYTES;

/// How many bytes `work` has at most while it runs, and what it gives.
fn peak<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let done = work();
    (MEMORY.peak_usage() - before, done)
}

/// Everything that can be done with an archive; says how many events it gives.
fn read_all(file: impl Read + Seek) -> usize {
    let Ok(mut reader) = ArchiveReader::open(file) else {
        return 0;
    };
    // That a file has too many frames is an answer too.
    let _ = reader.frames();
    let report = verify(&mut reader).unwrap();
    let selection = Selection {
        to_ns: u64::MAX - 1,
        ..Selection::default()
    };
    let mut events = reader.events(selection).unwrap();
    while events.next_block().unwrap().is_some() {}
    report.events as usize
}

/// What a file that was made to take memory takes.
fn peak_of(file: &[u8]) -> usize {
    let (bytes, events) = peak(|| read_all(Cursor::new(file)));
    assert_eq!(events, 0);
    bytes
}

/// It takes a lot before it turns out that it is no block: else the test would
/// not test much.
#[test]
fn a_block_made_to_take_memory_takes_little() {
    let _alone = alone();
    let file = crafted::file(&[crafted::large_block()]);
    let bytes = peak_of(&file);
    assert!((150_000_000..MOST_BYTES).contains(&bytes), "{bytes} bytes");
}

#[test]
fn summaries_and_an_index_made_to_take_memory_take_little() {
    let _alone = alone();
    for file in [
        crafted::large_index(),
        crafted::large_summary(),
        crafted::many_frames(),
    ] {
        let bytes = peak_of(&file);
        assert!(bytes < MOST_BYTES, "{bytes} bytes");
    }
}

/// Twenty times the same traffic: in frames and blocks of the usual length.
#[test]
fn a_long_archive_takes_no_more_memory_than_a_short_one() {
    let _alone = alone();
    let events = recording(60_000, Traffic::Mixed);
    let path = std::env::temp_dir().join(format!("archive-memory-{}", std::process::id()));
    let mut peaks = Vec::new();
    for times in [3, 60] {
        let (written, ()) = peak(|| write(&path, &events, times));
        let (read, count) = peak(|| read_all(File::open(&path).unwrap()));
        assert_eq!(count, times * events.len());
        peaks.push((written, read));
    }
    std::fs::remove_file(&path).unwrap();
    let [(written, read), (long_written, long_read)] = peaks[..] else {
        unreachable!("there are two");
    };
    // A frame's summary is kept until the end: some hundred bytes for 64 MiB.
    assert!(long_written < written + 200_000, "{peaks:?}");
    assert!(long_read < read + 200_000, "{peaks:?}");
    assert!(
        long_written < 40_000_000 && long_read < 40_000_000,
        "{peaks:?}"
    );
}

fn write(path: &std::path::Path, events: &[Vec<u8>], times: usize) {
    let file = BufWriter::new(File::create(path).unwrap());
    let mut writer = ArchiveWriter::new(file, &Header::default(), Options::default()).unwrap();
    for _ in 0..times {
        for event in events {
            writer.push(event).unwrap();
        }
    }
    writer.finish().unwrap().flush().unwrap();
}
