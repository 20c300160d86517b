//! Old files go, others' files stay.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use peer_observer_archive_tool::{RecorderSettings, Retention};

use crate::support::{Recording, files, settings};

/// A recording of its own each time; returns its file.
async fn record(settings: RecorderSettings) -> PathBuf {
    let folder = settings.folder.clone();
    let before = files(&folder);
    let mut recording = Recording::start(settings);
    recording.pings(100);
    recording.until_attempted(100).await;
    recording.end().await;
    let new = files(&folder)
        .into_iter()
        .find(|file| !before.contains(file));
    new.expect("a file was recorded")
}

fn make_old(file: &PathBuf) {
    let file = std::fs::File::options().append(true).open(file).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(3600))
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_is_deleted_unless_somebody_else_wrote_it() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir_all(folder.path()).unwrap();
    let old = record(settings(folder.path())).await;
    let kept = folder.path().join("incident.poar");
    std::fs::copy(&old, &kept).unwrap();
    let foreign = record(settings(elsewhere.path())).await;
    let brought = folder.path().join(foreign.file_name().unwrap());
    std::fs::copy(&foreign, &brought).unwrap();
    let notes = folder.path().join("20200101T000000.000Z-00001.poar");
    std::fs::write(&notes, "no archive").unwrap();
    [&old, &kept, &brought, &notes]
        .into_iter()
        .for_each(make_old);
    let new = record(RecorderSettings {
        retention: Retention {
            age: Some(Duration::from_secs(60)),
            ..Retention::default()
        },
        ..settings(folder.path())
    })
    .await;
    let mut expected = vec![notes, brought, new, kept];
    expected.sort();
    assert_eq!(files(folder.path()), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_go_when_all_are_too_much() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path()).unwrap();
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(record(settings(folder.path())).await);
    }
    let bytes = std::fs::metadata(&all[0]).unwrap().len();
    let new = record(RecorderSettings {
        retention: Retention {
            bytes: Some(bytes * 5 / 2),
            ..Retention::default()
        },
        ..settings(folder.path())
    })
    .await;
    assert_eq!(files(folder.path()), [all[2].clone(), all[3].clone(), new]);
}
