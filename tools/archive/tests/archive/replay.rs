//! Archives on a bus.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use peer_observer_archive::{ArchiveReader, ArchiveWriter, Header, Options, Selection};
use peer_observer_archive_tool::replay::{Played, Progress, Speed, play};
use peer_observer_archive_tool::source::{Inputs, Merge};
use peer_observer_bus::{Bus, Delivery, SubscriptionOptions};
use peer_observer_component::CancellationToken;
use peer_observer_event::Event;
use prost::Message;

use crate::support::ping;

const MILLISECOND: u64 = 1_000_000;

fn archive(folder: &Path, events: impl Iterator<Item = Vec<u8>>) -> PathBuf {
    let path = folder.join("test.poar");
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = ArchiveWriter::new(file, &Header::default(), Options::default()).unwrap();
    events.for_each(|event| writer.push(&event).unwrap());
    writer.finish().unwrap();
    path
}

fn event(sequence: u64, bus_time_ns: u64) -> Vec<u8> {
    let event = Event {
        sequence,
        bus_sequence: sequence,
        bus_time_ns,
        payload: Some(ping(sequence)),
        ..Event::default()
    };
    event.encode_to_vec()
}

async fn play_all(path: &PathBuf, speed: Speed, bus: &Bus) -> (Played, Arc<Progress>) {
    let inputs = Inputs::find(std::slice::from_ref(path), "legacy").unwrap();
    let progress = Arc::new(Progress::default());
    let merge = Merge::new(inputs, Selection::default());
    let never = CancellationToken::new();
    let played = play(merge, speed, bus, Arc::clone(&progress), &never)
        .await
        .unwrap();
    bus.close();
    (played, progress)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_tool_gets_every_event_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = archive(folder.path(), (1..=50_000).map(|it| event(it, it * 1000)));
    let bus = Bus::of_recording();
    let mut subscription = bus.subscribe(SubscriptionOptions::new("slow").queue(2000, 1 << 20));
    let reader = tokio::spawn(async move {
        let mut places = Vec::new();
        let mut deliveries = Vec::new();
        while subscription.receive(&mut deliveries, 700).await {
            for delivery in deliveries.drain(..) {
                match delivery {
                    Delivery::Event(event) => places.push((event.bus_sequence, event.bus_time_ns)),
                    Delivery::Missed(events) => panic!("{events} missed"),
                }
            }
            tokio::task::yield_now().await;
        }
        places
    });
    let (played, progress) = play_all(&path, Speed::Full, &bus).await;
    assert_eq!(played.events, 50_000);
    assert_eq!(progress.events(), 50_000);
    assert_eq!(
        progress.bytes_read(),
        std::fs::metadata(&path).unwrap().len()
    );
    assert_eq!(progress.bus_time_ns(), 50_000_000);
    let places = reader.await.unwrap();
    assert_eq!(
        places,
        (1..=50_000).map(|it| (it, it * 1000)).collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_when_they_are_due() {
    let folder = tempfile::tempdir().unwrap();
    // Two seconds, then nobody recorded for a day.
    let day = 24 * 3600 * 1000;
    let moments = [0, 1000, 2000, 2000 + day, 2500 + day];
    let events = moments
        .into_iter()
        .zip(1..)
        .map(|(at, it)| event(it, (at + 5) * MILLISECOND));
    let path = archive(folder.path(), events);
    let bus = Bus::of_recording();
    let begin = Instant::now();
    let (played, _) = play_all(&path, Speed::Times(10.0), &bus).await;
    assert_eq!(played.events, 5);
    // 2 s, a second for the pause, half a second: at ten times the speed.
    let elapsed = begin.elapsed();
    assert!(elapsed >= Duration::from_millis(350), "{elapsed:?}");
    assert!(elapsed < Duration::from_secs(60), "{elapsed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_is_counted_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let events = [event(1, 1), b"\xff\xff no event".to_vec(), event(2, 2)];
    let path = archive(folder.path(), events.into_iter());
    let (played, _) = play_all(&path, Speed::Full, &Bus::of_recording()).await;
    assert_eq!((played.events, played.undecodable), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_told_and_the_rest_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let path = archive(folder.path(), (1..=1000).map(|it| event(it, it)));
    let mut bytes = std::fs::read(&path).unwrap();
    let mut reader = ArchiveReader::open(std::io::Cursor::new(&bytes)).unwrap();
    let frame = reader.frames().unwrap()[0].offset as usize;
    bytes[frame + 100] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let (played, _) = play_all(&path, Speed::Full, &Bus::of_recording()).await;
    assert_eq!((played.events, played.troubles), (0, 1));
}
