//! A million events through JetStream, while the server and the tools are killed
//! again and again: none is lost, none comes twice.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use peer_observer_archive::{ArchiveReader, EventFacts, Item, Selection};
use peer_observer_bus::{Bus, Draft, Hop, Publisher, dropped};
use peer_observer_component::{CancellationToken, HealthRegistry, Supervisor};
use peer_observer_event::{Body, Extractor, P2pMessage, Payload, Ping};
use peer_observer_nats::{Mode, NatsSettings, StreamSettings, Uplink};
use testkit::NatsServer;

use crate::process::Running;

const EVENTS: u64 = 1_000_000;
const KILLS: u64 = 20;

/// So many events may wait to be confirmed: they fit into the uplink's 64 MiB.
const MOST_WAITING: u64 = 100_000;

/// Any single wait, on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_while_everything_is_killed() {
    let mut server = NatsServer::builder()
        .jetstream_limited("4GB")
        .start()
        .await
        .unwrap();
    let mut publisher = Source::start(&server.url());
    let archives = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let start = |folder: &Path| recorder(folder, &server.url());
    let mut tools = archives.each_ref().map(|folder| start(folder.path()));
    for kill in 1..=KILLS {
        publisher.publish_up_to(kill * EVENTS / (KILLS + 1)).await;
        server.kill().unwrap();
        // Into the outage.
        publisher.publish(20_000);
        server.start_again().await.unwrap();
        for (tool, folder) in tools.iter_mut().zip(&archives) {
            // Dropped, which kills it, before the next one begins.
            let url = server.url();
            replace(tool, || recorder(folder.path(), &url));
        }
    }
    publisher.publish_up_to(EVENTS).await;
    publisher.confirmed(EVENTS).await;
    for (tool, folder) in tools.into_iter().zip(&archives) {
        let folder = folder.path().join("archive");
        let has_all = || {
            let last = files(&folder).last().map(|path| sequences(path));
            last.is_some_and(|last| last.last() == Some(&EVENTS))
        };
        assert!(until(has_all).await, "the archive lacks the last events");
        tool.stop();
        let sequences: Vec<u64> = files(&folder)
            .iter()
            .flat_map(|path| sequences(path))
            .collect();
        assert!(sequences.is_sorted_by(|one, next| one < next), "doubled");
        assert_eq!(sequences, (1..=EVENTS).collect::<Vec<_>>());
    }
    let count = publisher.hop.count();
    assert_eq!((count.whole, dropped(&count)), (EVENTS, 0), "{count:?}");
}

/// A process that publishes: this one.
struct Source {
    bus: Bus,
    publisher: Publisher,
    hop: Hop,
    published: u64,
    _supervisor: Supervisor,
}

impl Source {
    fn start(url: &str) -> Source {
        let bus = Bus::in_process();
        let settings = NatsSettings {
            mode: Mode::JetStream(StreamSettings {
                max_bytes: 2 << 30,
                ..StreamSettings::default()
            }),
            ..NatsSettings::new(url)
        };
        let shutdown = CancellationToken::new();
        let mut supervisor = Supervisor::new(bus.clone(), shutdown, HealthRegistry::default());
        supervisor.start(Uplink::new(&bus, Arc::new(settings)));
        Source {
            bus: bus.clone(),
            publisher: bus.publisher("alice", Extractor::Ebpf),
            hop: bus.hop("nats_publish", ""),
            published: 0,
            _supervisor: supervisor,
        }
    }

    /// What the process has counted so far.
    fn state(&self) -> String {
        format!("{} published, {:?}", self.published, self.bus.hops())
    }

    fn publish(&mut self, events: u64) {
        let mut drafts = Vec::new();
        for _ in 0..events.min(EVENTS - self.published) {
            self.published += 1;
            let ping = Ping {
                nonce: Some(self.published),
            };
            drafts.push(Draft::now(Payload::P2pMessage(P2pMessage {
                peer_id: self.published % 100,
                address: "127.0.0.1:1234".to_owned(),
                command: "ping".to_owned(),
                body: Some(Body::Ping(ping)),
                ..P2pMessage::default()
            })));
        }
        self.publisher.publish_all(&mut drafts);
    }

    /// Publishes as fast as the server confirms.
    async fn publish_up_to(&mut self, events: u64) {
        while self.published < events {
            let waiting = || self.published - self.hop.count().attempted;
            if !until(|| waiting() < MOST_WAITING).await {
                panic!("the server confirms no more: {}", self.state());
            }
            self.publish((events - self.published).min(1_000));
        }
    }

    async fn confirmed(&self, events: u64) {
        if !until(|| self.hop.count().attempted == events).await {
            panic!("not all is confirmed: {}", self.state());
        }
    }
}

fn recorder(folder: &Path, url: &str) -> Running {
    let text = "[archive]\ndirectory = \"archive\"\nflush_interval = \"200 ms\"\nkeep_free = 0\n\
                [bus.stream]\nmax_bytes = \"2 GiB\"\n";
    std::fs::write(folder.join("peer-observer.toml"), text).unwrap();
    let arguments = ["tool", "archive", "--config", "peer-observer.toml"];
    Running::start(
        folder,
        &[&arguments[..], &["--jetstream", "--bus", url]].concat(),
    )
}

fn replace(tool: &mut Running, next: impl FnOnce() -> Running) {
    tool.kill();
    *tool = next();
}

/// Waits until this is so; `false` when it takes too long.
async fn until(mut condition: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    while !condition() {
        if started.elapsed() > LONGEST {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    true
}

/// The archive's files in their order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_archive = |path: &PathBuf| path.extension().is_some_and(|it| it == "poar");
    let mut files: Vec<PathBuf> = paths.filter(is_archive).collect();
    files.sort();
    files
}

/// The sequences of the publisher's events in a file, as they were recorded.
fn sequences(file: &Path) -> Vec<u64> {
    let mut sequences = Vec::new();
    // It has no header yet when it was begun just now.
    let Ok(mut reader) = ArchiveReader::open(File::open(file).unwrap()) else {
        return sequences;
    };
    let mut events = reader.events(Selection::default()).unwrap();
    while let Some(item) = events.next().unwrap() {
        if let Item::Event(event) = item {
            let facts = EventFacts::read(event);
            if facts.node == b"alice" {
                sequences.push(facts.sequence);
            }
        }
    }
    sequences
}
