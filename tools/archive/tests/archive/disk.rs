//! Disks that are full or read-only. Mounts small ones, which needs root.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use peer_observer_archive::Selection;
use peer_observer_archive_tool::source::Inputs;
use peer_observer_archive_tool::verification::Verification;
use peer_observer_archive_tool::{Recorder, RecorderSettings};
use peer_observer_bus::{Bus, Draft};
use peer_observer_component::State;
use peer_observer_event::{Body, Payload, Unknown};

use crate::support::{Recording, files, message, read, settings, until};

/// A file system of its own; gone when dropped.
struct Disk(tempfile::TempDir);

impl Disk {
    fn new(megabytes: u32) -> Disk {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={megabytes}m");
        run(
            "mount",
            &["-t", "tmpfs", "-o", &options, "tmpfs"],
            folder.path(),
        );
        Disk(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, options: &str) {
        run("mount", &["-o", &format!("remount,{options}")], self.path());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["--lazy"], self.0.path());
    }
}

fn run(program: &str, arguments: &[&str], path: &Path) {
    let status = Command::new(program)
        .args(arguments)
        .arg(path)
        .status()
        .unwrap();
    assert!(status.success(), "{program} {arguments:?}: {status}");
}

/// Something that cannot be compressed.
fn noise(seed: u64) -> Payload {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let bytes = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    });
    let first_bytes = bytes.take(60_000).collect::<Vec<u8>>().into();
    message("noise", None, Some(Body::Unknown(Unknown { first_bytes })))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_recording_until_there_is_room() {
    let disk = Disk::new(16);
    let balloon = disk.path().join("balloon");
    std::fs::write(&balloon, vec![1; 9 << 20]).unwrap();
    let archive = disk.path().join("archive");
    let mut recording = Recording::start(RecorderSettings {
        flush_interval: Duration::from_millis(50),
        ..settings(&archive)
    });
    let mut sent = 0;
    while recording.health().state != State::Waiting {
        recording.alice.publish(Draft::now(noise(sent)));
        sent += 1;
        recording.until_attempted(sent.saturating_sub(100)).await;
        assert!(sent < 100_000, "the disk does not fill");
        tokio::task::yield_now().await;
    }
    let detail = recording.health().detail;
    assert!(
        detail.contains("too little room on the disk of"),
        "{detail}"
    );
    recording.pings(1000);
    sent += 1000;
    recording.until_attempted(sent).await;
    let [_, whole, _, dropped] = recording.counted();
    assert!(
        whole > 0 && dropped >= 1000,
        "{whole} whole, {dropped} dropped"
    );
    std::fs::remove_file(&balloon).unwrap();
    until("it goes on", || {
        recording.pings(1);
        sent += 1;
        recording.health().state == State::Working
    })
    .await;
    recording.pings(10);
    sent += 10;
    recording.until_attempted(sent).await;
    let bus = recording.end().await;
    let count = bus.hop("archive", "").count();
    let dropped = peer_observer_bus::dropped(&count);
    assert_eq!(count.attempted, sent);
    assert!(
        count.dropped.iter().all(|drop| drop.reason == "disk_full"),
        "{count:?}"
    );
    // Every event is in a file, or counted in one as missed.
    let (events, troubles) = read(std::slice::from_ref(&archive), Selection::default());
    assert_eq!(events.len() as u64, count.whole);
    assert_eq!(count.whole + dropped, sent);
    assert!(
        troubles.len() <= 1,
        "only the file that did not fit is not finished: {troubles:?}"
    );
    let inputs = Inputs::find(std::slice::from_ref(&archive), "legacy").unwrap();
    let report = Verification::of(&inputs, |_| {}).unwrap();
    let missed: u64 = report.files.iter().map(|file| file.missed_events).sum();
    assert_eq!(missed, dropped);
    assert_eq!(files(&archive).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn some_room_is_left_to_others() {
    let disk = Disk::new(64);
    let mut recording = Recording::start(RecorderSettings {
        keep_free_bytes: 40 << 20,
        ..settings(&disk.path().join("archive"))
    });
    let mut sent = 0;
    while recording.health().state != State::Waiting {
        recording.alice.publish(Draft::now(noise(sent)));
        sent += 1;
        recording.until_attempted(sent.saturating_sub(20)).await;
        assert!(sent < 100_000, "it never stops");
        tokio::task::yield_now().await;
    }
    recording.end().await;
    // The file was ended in order.
    let (_, troubles) = read(&[disk.path().join("archive")], Selection::default());
    assert_eq!(troubles, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_becomes_read_only_is_said_and_counted() {
    let disk = Disk::new(16);
    let archive = disk.path().join("archive");
    let mut recording = Recording::start(settings(&archive));
    recording.pings(10);
    until("the flush", || recording.counted()[1] == 10).await;
    let file = files(&archive)[0].clone();
    // A file that is open for writing keeps a disk from becoming read-only, so
    // that it is gone and cannot be made again.
    std::fs::remove_dir_all(&archive).unwrap();
    std::fs::write(&archive, "no folder").unwrap();
    recording.end().await;
    assert!(!file.exists());

    let archive = disk.path().join("other");
    std::fs::create_dir(&archive).unwrap();
    disk.remount("ro");
    let error = Recorder::new(&Bus::in_process(), settings(&archive))
        .err()
        .unwrap();
    let text = error.to_string();
    assert!(
        text.contains("nothing can be written into") && text.contains("Read-only"),
        "{text}"
    );
    disk.remount("rw");
}
