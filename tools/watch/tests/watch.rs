//! What somebody sees who watches.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use peer_observer_bus::{Bus, Draft};
use peer_observer_component::{
    CancellationToken, Component, Context, Failure, HealthRegistry, State,
};
use peer_observer_event::{
    Body, ConnectionMisbehaving, ConnectionOpened, ConnectionType, Direction, Event, Extractor,
    Filter, P2pMessage, Payload, Ping, Tick, Undecodable, Unknown,
};
use peer_observer_watch::{Format, Output, Printer, Settings, Step, Summary, Watch};

fn message(command: &str, direction: Direction, body: Body) -> Payload {
    Payload::P2pMessage(P2pMessage {
        peer_id: 3,
        address: "127.0.0.1:5000".to_owned(),
        connection_type: ConnectionType::Inbound.into(),
        direction: direction.into(),
        command: command.to_owned(),
        payload_bytes: 8,
        body: Some(body),
        ..P2pMessage::default()
    })
}

fn ping(direction: Direction) -> Payload {
    message("ping", direction, Body::Ping(Ping { nonce: Some(7) }))
}

/// A message type that a peer has made up to harm the terminal.
fn hostile() -> Payload {
    let unknown = Body::Unknown(Unknown::default());
    message("\u{1b}[2J\r\n x", Direction::Inbound, unknown)
}

fn undecodable() -> Payload {
    let bad = Undecodable {
        error: "count too large".to_owned(),
        ..Undecodable::default()
    };
    message("inv", Direction::Inbound, Body::Undecodable(bad.into()))
}

fn misbehaving() -> Payload {
    Payload::ConnectionMisbehaving(ConnectionMisbehaving {
        peer_id: 3,
        reason: "mutated block".to_owned(),
        reason_cut: false,
    })
}

fn opened() -> Payload {
    Payload::ConnectionOpened(ConnectionOpened {
        direction: Direction::Outbound.into(),
        ..ConnectionOpened::default()
    })
}

fn event(payload: Payload) -> Event {
    Event {
        node: "alice".to_owned(),
        payload: Some(payload),
        ..Event::default()
    }
}

fn printed(printer: Printer, payload: Payload) -> String {
    let mut out = Vec::new();
    printer
        .write(&event(payload), &mut out)
        .expect("memory takes everything");
    String::from_utf8(out).expect("lines are text")
}

#[test]
fn an_event_is_one_line_in_every_format() {
    for payload in [
        ping(Direction::Inbound),
        hostile(),
        undecodable(),
        misbehaving(),
        opened(),
        Payload::Tick(Tick {}),
    ] {
        let line = format!("{}\n", event(payload.clone()));
        let plain = printed(Printer::new(Format::Text, false), payload.clone());
        assert_eq!(plain, line);
        let json = format!("{}\n", event(payload.clone()).to_json());
        for colour in [false, true] {
            assert_eq!(
                printed(Printer::new(Format::Json, colour), payload.clone()),
                json
            );
        }
        let coloured = printed(Printer::new(Format::Text, true), payload.clone());
        assert_eq!(without_colours(&coloured), line, "colours add nothing else");
    }
}

/// Takes out "select graphic rendition" sequences, and nothing else.
fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\x1b[");
    let mut rest = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (code, text) = piece.split_once('m').expect("only colours");
        assert!(code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        rest += text;
    }
    rest
}

#[test]
fn colours_follow_severity_then_kind_and_direction() {
    let coloured = |payload| {
        let line = printed(Printer::new(Format::Text, true), payload);
        line.split_once("\x1b[0m")
            .expect("time and node end")
            .1
            .to_owned()
    };
    let starts = |payload, start: &str| {
        let line = coloured(payload);
        assert!(line.starts_with(start), "{line:?}");
    };
    starts(ping(Direction::Inbound), "\x1b[36mping\x1b[0m  ");
    starts(ping(Direction::Outbound), "\x1b[34mping\x1b[0m  ");
    starts(opened(), "\x1b[32mconnection_opened\x1b[0m ");
    for (payload, colour) in [(misbehaving(), 31), (undecodable(), 31), (hostile(), 33)] {
        let line = coloured(payload);
        assert!(line.starts_with(&format!("\x1b[{colour}m")), "{line:?}");
        assert!(line.ends_with("\x1b[0m\n"), "all of it: {line:?}");
        assert_eq!(line.matches('\x1b').count(), 2, "{line:?}");
    }
}

#[test]
fn missing_events_are_a_line_at_their_place() {
    for (format, expected) in [
        (
            Format::Text,
            "-- 12 events are missing here: they came faster than they were read\n",
        ),
        (Format::Json, "{\"missed\":12}\n"),
    ] {
        let mut out = Vec::new();
        Printer::new(format, false)
            .write_missed(12, &mut out)
            .expect("memory takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}

#[test]
fn a_summary_is_a_sorted_table() {
    let mut summary = Summary::default();
    assert_eq!(summary.to_string(), "total   0\n");
    let mut add = |payload, times| {
        let event = event(payload);
        (0..times).for_each(|_| summary.add(&event));
    };
    add(ping(Direction::Outbound), 2);
    add(ping(Direction::Inbound), 120);
    add(undecodable(), 1);
    add(hostile(), 1);
    add(opened(), 3);
    add(misbehaving(), 1);
    summary.add_missed(5);
    assert_eq!(
        summary.to_string(),
        "\
connection_misbehaving                     1
connection_opened              outbound    3
p2p_message             inv    inbound     1
p2p_message             other  inbound     1
p2p_message             ping   inbound   120
p2p_message             ping   outbound    2
total                                    128
missed                                     5
"
    );
}

#[test]
fn an_output_filters_and_ends_after_the_number() {
    let settings = Settings {
        filter: Filter {
            directions: Some(vec![Direction::Inbound]),
            ..Filter::default()
        },
        number: Some(2),
        ..Settings::default()
    };
    for count in [false, true] {
        let mut written = Vec::new();
        let settings = Settings {
            count,
            ..settings.clone()
        };
        let mut output = Output::new(settings, &mut written);
        let mut step = |direction| {
            output
                .event(&event(ping(direction)))
                .expect("it is written")
        };
        assert_eq!(step(Direction::Inbound), Step::GoOn);
        assert_eq!(step(Direction::Outbound), Step::GoOn);
        assert_eq!(step(Direction::Inbound), Step::End);
        assert_eq!(step(Direction::Inbound), Step::End);
        output.finish().expect("it is written");
        drop(output);
        let lines = String::from_utf8_lossy(&written).into_owned();
        let inbound = lines.lines().filter(|line| line.contains("inbound"));
        assert_eq!(inbound.count(), if count { 1 } else { 2 }, "{lines}");
        assert_eq!(lines.ends_with("2\n"), count, "{lines}");
    }
}

/// Where a test's component writes to; breaks after so many bytes.
#[derive(Clone)]
struct Reader {
    read: Arc<Mutex<Vec<u8>>>,
    most: usize,
    then: io::ErrorKind,
}

impl Reader {
    fn new(most: usize, then: io::ErrorKind) -> Reader {
        let read = Arc::default();
        Reader { read, most, then }
    }

    fn text(&self) -> String {
        let read = self.read.lock().expect("writing does not panic");
        String::from_utf8_lossy(&read).into_owned()
    }
}

impl Write for Reader {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut read = self.read.lock().expect("writing does not panic");
        if read.len() + bytes.len() > self.most {
            return Err(self.then.into());
        }
        read.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs the component on pings, to the end of the bus.
async fn watch(settings: Settings, reader: &Reader, pings: usize) -> (Result<(), Failure>, bool) {
    let bus = Bus::in_process();
    let watch = Watch::new(&bus, settings, reader.clone());
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    let pings = (0..pings).map(|_| Draft::now(ping(Direction::Inbound)));
    publisher.publish_all(&mut pings.collect());
    bus.close();
    let health = HealthRegistry::default();
    let shutdown = CancellationToken::new();
    let context = Context {
        bus,
        shutdown: shutdown.clone(),
        health: health.handle(&watch.name()),
    };
    let ended = watch.run(context).await;
    assert_eq!(health.all()["watch"].state, State::Working);
    (ended, shutdown.is_cancelled())
}

#[tokio::test]
async fn the_tool_prints_all_that_was_published() {
    let reader = Reader::new(usize::MAX, io::ErrorKind::Other);
    let (ended, shut_down) = watch(Settings::default(), &reader, 3000).await;
    ended.expect("nothing fails");
    assert!(!shut_down);
    assert_eq!(reader.text().matches(" alice ping ").count(), 3000);
}

#[tokio::test]
async fn the_tool_ends_everything_when_it_has_printed_enough() {
    let reader = Reader::new(usize::MAX, io::ErrorKind::Other);
    let settings = Settings {
        number: Some(5),
        format: Format::Json,
        ..Settings::default()
    };
    let (ended, shut_down) = watch(settings, &reader, 3000).await;
    ended.expect("nothing fails");
    assert!(shut_down);
    assert_eq!(reader.text().lines().count(), 5);
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_failure_but_a_full_disk_is() {
    let gone = Reader::new(1_000_000, io::ErrorKind::BrokenPipe);
    let (ended, shut_down) = watch(Settings::default(), &gone, 50_000).await;
    ended.expect("the reader may go away");
    assert!(shut_down);

    let full = Reader::new(1_000_000, io::ErrorKind::StorageFull);
    let (ended, _) = watch(Settings::default(), &full, 50_000).await;
    let failure = ended.expect_err("events were not written").to_string();
    assert!(failure.starts_with("cannot write the events"), "{failure}");
}
