//! A bus with a recorder on it, and what it has recorded.

use std::path::{Path, PathBuf};
use std::time::Duration;

use peer_observer_archive::Selection;
use peer_observer_archive_tool::source::{Inputs, Merge, Step};
use peer_observer_archive_tool::{Recorder, RecorderSettings};
use peer_observer_bus::{Bus, Draft, Publisher};
use peer_observer_component::{CancellationToken, Component, Context, Health, HealthRegistry};
use peer_observer_event::{
    Body, ConnectionOpened, Event, Extractor, Network, P2pMessage, Payload, Ping, Started, Tick,
};
use prost::Message;
use tokio::task::JoinHandle;

/// A recorder at work.
pub(crate) struct Recording {
    pub(crate) bus: Bus,
    pub(crate) alice: Publisher,
    health: HealthRegistry,
    running: JoinHandle<()>,
}

impl Recording {
    pub(crate) fn start(settings: RecorderSettings) -> Recording {
        let bus = Bus::in_process();
        let recorder = Recorder::new(&bus, settings).expect("the folder can be written");
        let health = HealthRegistry::default();
        let context = Context {
            bus: bus.clone(),
            shutdown: CancellationToken::new(),
            health: health.handle("archive"),
        };
        let running = tokio::spawn(async move {
            recorder
                .run(context)
                .await
                .expect("it records to the end of the bus");
        });
        let alice = bus.publisher("alice", Extractor::Ebpf);
        Recording {
            bus,
            alice,
            health,
            running,
        }
    }

    pub(crate) fn pings(&mut self, count: u64) {
        let mut drafts = (0..count).map(|nonce| Draft::now(ping(nonce))).collect();
        self.alice.publish_all(&mut drafts);
    }

    pub(crate) fn health(&self) -> Health {
        self.health.all()["archive"].clone()
    }

    /// Attempted, whole, reduced, dropped.
    pub(crate) fn counted(&self) -> [u64; 4] {
        let count = self.bus.hop("archive", "").count();
        let dropped = peer_observer_bus::dropped(&count);
        assert_eq!(count.attempted, count.whole + count.reduced + dropped);
        [count.attempted, count.whole, count.reduced, dropped]
    }

    /// Waits until so many events came to the recorder.
    pub(crate) async fn until_attempted(&self, events: u64) {
        until("the recorder has got everything", || {
            self.counted()[0] >= events
        })
        .await;
    }

    pub(crate) async fn end(self) -> Bus {
        self.bus.close();
        self.running.await.expect("the recorder does not panic");
        self.bus
    }
}

pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(
            std::time::Instant::now() < deadline,
            "waited in vain: {what}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Settings that write at once and leave nothing free.
pub(crate) fn settings(folder: &Path) -> RecorderSettings {
    RecorderSettings {
        flush_interval: Duration::from_millis(20),
        keep_free_bytes: 0,
        ..RecorderSettings::new(folder)
    }
}

pub(crate) fn message(command: &str, network: Option<Network>, body: Option<Body>) -> Payload {
    Payload::P2pMessage(P2pMessage {
        command: command.to_owned(),
        network: network.map(i32::from),
        body,
        ..P2pMessage::default()
    })
}

pub(crate) fn ping(nonce: u64) -> Payload {
    let nonce = Some(nonce);
    message("ping", None, Some(Body::Ping(Ping { nonce })))
}

pub(crate) fn opened(network: Network) -> Payload {
    Payload::ConnectionOpened(ConnectionOpened {
        network: network.into(),
        ..ConnectionOpened::default()
    })
}

pub(crate) fn started() -> Payload {
    Payload::Started(Started::default())
}

pub(crate) fn tick() -> Payload {
    Payload::Tick(Tick {})
}

/// The archives in the folder, by name.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "poar")
        })
        .collect();
    files.sort();
    files
}

/// The events of these archives in their order; the test fails where something
/// cannot be read and that was not expected.
pub(crate) fn events(places: &[PathBuf], selection: Selection) -> Vec<Event> {
    let (events, troubles) = read(places, selection);
    assert_eq!(troubles, Vec::<String>::new());
    events
}

/// The same, and what could not be read.
pub(crate) fn read(places: &[PathBuf], selection: Selection) -> (Vec<Event>, Vec<String>) {
    let inputs = Inputs::find(places, "legacy").expect("these are archives");
    let mut merge = Merge::new(inputs, selection);
    let (mut events, mut troubles) = (Vec::new(), Vec::new());
    while let Some(step) = merge.next().expect("the files can be read") {
        match step {
            Step::Events(block) => {
                let decoded = block
                    .iter()
                    .map(|event| Event::decode(event).expect("an event"));
                events.extend(decoded);
            }
            Step::Trouble(trouble) => troubles.push(trouble.what()),
        }
    }
    (events, troubles)
}

/// Everything in the folder.
pub(crate) fn recorded(folder: &Path) -> Vec<Event> {
    events(&[folder.to_owned()], Selection::default())
}
