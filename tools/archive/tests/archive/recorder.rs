//! Everything is recorded as it was, into one file after the other.

use std::time::Duration;

use peer_observer_archive::{ArchiveReader, Selection};
use peer_observer_archive_tool::source::Inputs;
use peer_observer_archive_tool::verification::Verification;
use peer_observer_archive_tool::{FolderError, Recorder, Rotation};
use peer_observer_bus::{Bus, Delivery, SubscriptionOptions};
use peer_observer_component::State;

use crate::support::{Recording, events, files, read, recorded, settings, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bus_delivers_is_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::start(settings(folder.path()));
    let mut subscription = recording.bus.subscribe(SubscriptionOptions::new("test"));
    recording.pings(20_000);
    let bus = recording.end().await;
    let mut deliveries = Vec::new();
    while subscription.receive(&mut deliveries, 1000).await {}
    let delivered: Vec<_> = deliveries
        .into_iter()
        .map(|delivery| match delivery {
            Delivery::Event(event) => (*event).clone(),
            Delivery::Missed(events) => panic!("{events} missed"),
        })
        .collect();
    assert_eq!(delivered.len(), 20_000);
    assert!(recorded(folder.path()) == delivered);
    let count = bus.hop("archive", "").count();
    assert_eq!((count.attempted, count.whole), (20_000, 20_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_can_be_read_while_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::start(settings(folder.path()));
    for round in 1..=3 {
        recording.pings(10);
        until("the flush", || recording.counted()[1] == 10 * round).await;
        let (events, troubles) = read(&[folder.path().to_owned()], Selection::default());
        assert_eq!(events.len() as u64, 10 * round);
        assert!(
            troubles[0].contains("the file was not finished"),
            "{troubles:?}"
        );
    }
    assert_eq!(recording.health().state, State::Working);
    assert!(recording.health().detail.ends_with("-00001.poar"));
    recording.end().await;
    assert_eq!(recorded(folder.path()).len(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_end_by_size_and_follow_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::start(peer_observer_archive_tool::RecorderSettings {
        rotation: Rotation {
            bytes: 4096,
            span: Duration::from_secs(3600),
        },
        ..settings(folder.path())
    });
    let mut sent = 0;
    while files(folder.path()).len() < 4 {
        recording.pings(50);
        sent += 50;
        recording.until_attempted(sent).await;
    }
    recording.end().await;
    let sequences: Vec<u64> = recorded(folder.path())
        .iter()
        .map(|it| it.sequence)
        .collect();
    assert_eq!(sequences, (1..=sent).collect::<Vec<_>>());
    let headers: Vec<(u32, u64)> = files(folder.path())
        .iter()
        .map(|path| {
            let reader = ArchiveReader::open(std::fs::File::open(path).unwrap()).unwrap();
            (reader.header().part, reader.header().recording)
        })
        .collect();
    assert!(
        headers
            .iter()
            .zip(1..)
            .all(|(header, part)| *header == (part, headers[0].1))
    );
    let verify = |places: &[std::path::PathBuf]| {
        let inputs = Inputs::find(places, "legacy").unwrap();
        Verification::of(&inputs, |_| {})
    };
    assert!(verify(&[folder.path().to_owned()]).unwrap().is_whole);
    // The parts are one recording: where one is missing, so are its events.
    std::fs::remove_file(&files(folder.path())[1]).unwrap();
    let report = verify(&[folder.path().to_owned()]).unwrap();
    assert!(!report.is_whole);
    assert!(report.files[1].unexplained_events > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_end_by_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::start(peer_observer_archive_tool::RecorderSettings {
        rotation: Rotation {
            bytes: u64::MAX,
            span: Duration::from_millis(50),
        },
        ..settings(folder.path())
    });
    let mut sent = 0;
    while files(folder.path()).len() < 3 {
        recording.pings(1);
        sent += 1;
        recording.until_attempted(sent).await;
    }
    recording.end().await;
    assert_eq!(recorded(folder.path()).len() as u64, sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_there_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Recording::start(settings(folder.path()));
    first.pings(5);
    first.until_attempted(5).await;
    let name = files(folder.path())[0].clone();
    first.end().await;
    let before = std::fs::read(&name).unwrap();
    // What the next part would be called is taken, for the next minute.
    let mut second = Recording::start(settings(folder.path()));
    let begun = jiff::Timestamp::now();
    for millisecond in -1000..60_000 {
        let time = begun + jiff::SignedDuration::from_millis(millisecond);
        let time = time
            .to_zoned(jiff::tz::TimeZone::UTC)
            .strftime("%Y%m%dT%H%M%S%.3fZ");
        std::fs::write(folder.path().join(format!("{time}-00001.poar")), "mine").unwrap();
    }
    std::fs::write(&name, &before).unwrap();
    second.pings(7);
    second.until_attempted(7).await;
    second.end().await;
    assert_eq!(std::fs::read(&name).unwrap(), before);
    let mut foreign = 0;
    let mut ours = Vec::new();
    for path in files(folder.path()) {
        match std::fs::read(&path).unwrap() == b"mine" {
            true => foreign += 1,
            false => ours.push(path),
        }
    }
    assert!(foreign >= 60_000);
    assert_eq!(events(&ours, Selection::default()).len(), 12);
}

#[tokio::test]
async fn a_folder_has_one_recorder() {
    let folder = tempfile::tempdir().unwrap();
    let bus = Bus::in_process();
    let first = Recorder::new(&bus, settings(folder.path())).unwrap();
    let Err(error @ FolderError::Taken { .. }) = Recorder::new(&bus, settings(folder.path()))
    else {
        panic!("two recorders in a folder");
    };
    assert!(error.to_string().contains("another recorder writes into"));
    drop(first);
    Recorder::new(&bus, settings(folder.path())).unwrap();
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Recorder::new(&Bus::in_process(), settings(&file.join("archive")))
        .err()
        .unwrap();
    assert!(error.to_string().contains("cannot be made"), "{error}");
}
