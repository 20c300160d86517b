//! The recorder is killed under load: what was flushed can be read, and what is
//! missing is told.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use peer_observer_archive::{ArchiveReader, Item, Selection, verify};
use peer_observer_event::{Body, Event, Extractor, P2pMessage, Payload, Ping};
use prost::Message;

const KILLS: u64 = 50;

/// The stream that the recorder gets: every event says which one it is.
fn stream(events: std::ops::Range<u64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for sequence in events {
        let ping = Ping {
            nonce: Some(noise(sequence)),
        };
        let event = Event {
            node: "alice".to_owned(),
            extractor: Extractor::Ebpf.into(),
            instance: 1,
            sequence,
            kind_sequence: sequence,
            payload: Some(Payload::P2pMessage(P2pMessage {
                command: "ping".to_owned(),
                body: Some(Body::Ping(ping)),
                ..P2pMessage::default()
            })),
            ..Event::default()
        };
        event.encode_length_delimited(&mut bytes).unwrap();
    }
    bytes
}

/// Something that cannot be compressed (the finalizer of SplitMix64).
fn noise(seed: u64) -> u64 {
    let mut noise = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    noise = (noise ^ (noise >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    noise = (noise ^ (noise >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    noise ^ (noise >> 31)
}

fn recorder(folder: &Path) -> Child {
    let config = folder.join("peer-observer.toml");
    let text = "[archive]\ndirectory = \"archive\"\nflush_interval = \"100 ms\"\nkeep_free = 0\n";
    std::fs::write(&config, text).unwrap();
    Command::new(env!("CARGO_BIN_EXE_peer-observer"))
        .args(["tool", "archive", "--config", "peer-observer.toml"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The recorder's only file, once there is one.
fn file(folder: &Path) -> std::path::PathBuf {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let entries = std::fs::read_dir(folder.join("archive"))
            .into_iter()
            .flatten();
        let mut files = entries.map(|entry| entry.unwrap().path());
        if let Some(file) = files.find(|path| path.extension().is_some_and(|it| it == "poar")) {
            return file;
        }
        assert!(Instant::now() < deadline, "it records nothing");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Feeds a recorder and kills it when the file has this many bytes more. Says
/// how many events can be read.
fn killed_at(more_bytes: u64, seed: u64) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let mut child = recorder(folder.path());
    let mut stdin = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || {
        for batch in 0..u64::MAX {
            // Ends when the pipe breaks.
            if stdin
                .write_all(&stream(batch * 200 + 1..batch * 200 + 201))
                .is_err()
            {
                return;
            }
        }
    });
    let path = file(folder.path());
    let length = || std::fs::metadata(&path).unwrap().len();
    let begin = length();
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut flushed = begin;
    while flushed < begin + more_bytes {
        assert!(Instant::now() < deadline, "it records too little");
        std::thread::sleep(Duration::from_micros(seed % 3000));
        flushed = length();
    }
    // Everything up to here was flushed before the kill.
    let before = events_in(&std::fs::read(&path).unwrap()[..flushed as usize]);
    child.kill().unwrap();
    child.wait().unwrap();
    feeder.join().unwrap();

    let bytes = std::fs::read(&path).unwrap();
    let found = events_in(&bytes);
    assert!(found.len() >= before.len());
    assert_eq!(found, (1..=found.len() as u64).collect::<Vec<_>>());
    let mut reader = ArchiveReader::open(File::open(&path).unwrap()).unwrap();
    let report = verify(&mut reader).unwrap();
    // The others are ticks.
    assert!(report.events >= found.len() as u64);
    assert!(!report.is_whole() && !report.has_index);
    assert_eq!(report.damages.len(), 1, "{:?}", report.damages);
    assert_eq!(report.unexplained_events(), 0);
    let said = Command::new(env!("CARGO_BIN_EXE_peer-observer"))
        .args(["archive", "verify"])
        .arg(&path)
        .output()
        .unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    assert_eq!(said.status.code(), Some(1), "{text}");
    assert!(
        text.contains("NOT WHOLE") && text.contains("byte "),
        "{text}"
    );
    found.len()
}

/// The sequences of the events, ticks left out.
fn events_in(file: &[u8]) -> Vec<u64> {
    let mut reader = ArchiveReader::open(std::io::Cursor::new(file)).unwrap();
    let mut sequences = Vec::new();
    let mut events = reader.events(Selection::default()).unwrap();
    while let Some(item) = events.next().unwrap() {
        if let Item::Event(bytes) = item {
            let event = Event::decode(bytes).unwrap();
            if event.node == "alice" {
                sequences.push(event.sequence);
            }
        }
    }
    sequences
}

#[test]
fn fifty_times_under_load() {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut events = 0;
    for _ in 0..KILLS {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        events += killed_at(1 + seed % 300_000, seed >> 20);
    }
    // On average 150,000 bytes of 11 for each event.
    assert!(events > 100_000, "{events} events in all");
}
