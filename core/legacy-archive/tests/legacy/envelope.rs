//! Times, sequences, instances.

use peer_observer_event::{Event, Extractor, Kind};
use prost::Message;

use crate::log::line;
use crate::messages::ping;
use crate::old::ebpf::{Connected, ConnectionEvent, Misbehaving};
use crate::old::other::{P2p, PingDuration, Probe};
use crate::old::{self, CREATED, Source, TIMESTAMP};
use crate::support::{NODE, events};

fn at(timestamp: u64, event: old::Event) -> old::Event {
    old::Event { timestamp, ..event }
}

fn misbehaving() -> old::Event {
    let misbehaving = Misbehaving::default();
    let event = Some(Connected::Misbehaving(misbehaving));
    old::ebpf::Kind::Connection(ConnectionEvent { event }).event()
}

fn pong() -> old::Event {
    let event = Some(Probe::PingDuration(PingDuration { duration: 7 }));
    old::Event::new(Source::P2p(P2p { event }))
}

#[test]
fn an_event_has_the_envelope_that_the_file_gives() {
    let event = events(&old::file(&[ping(1)])).remove(0);
    let expected = Event {
        node: NODE.to_owned(),
        extractor: Extractor::Ebpf.into(),
        run: None,
        instance: CREATED * 1_000_000_000,
        sequence: 1,
        kind_sequence: 1,
        time_ns: TIMESTAMP * 1_000_000,
        monotonic_ns: None,
        bus_sequence: 1,
        bus_time_ns: TIMESTAMP * 1_000_000,
        payload: event.payload.clone(),
    };
    assert_eq!(event, expected);
}

#[test]
fn a_file_that_does_not_say_when_it_was_begun_has_its_first_event_for_that() {
    let pings = [at(2_000_000_000_000, ping(1)), ping(2)];
    let file = [&old::PREFIX[..], &old::records(&pings)].concat();
    let instances = events(&file).into_iter().map(|event| event.instance);
    let expected = 2_000_000_000_000 * 1_000_000;
    assert_eq!(instances.collect::<Vec<_>>(), [expected; 2]);
}

/// Extractors and kinds are counted each on its own, without holes.
#[test]
fn sequences_are_counted_from_one() {
    let file = old::file(&[
        ping(1),
        misbehaving(),
        pong(),
        ping(2),
        pong(),
        misbehaving(),
    ]);
    let found: Vec<_> = events(&file)
        .iter()
        .map(|event| {
            (
                event.extractor(),
                event.kind(),
                event.sequence,
                event.kind_sequence,
                event.bus_sequence,
            )
        })
        .collect();
    let expected = [
        (Extractor::Ebpf, Kind::P2pMessage, 1, 1, 1),
        (Extractor::Ebpf, Kind::Connection, 2, 1, 2),
        (Extractor::P2p, Kind::Probe, 1, 1, 3),
        (Extractor::Ebpf, Kind::P2pMessage, 3, 2, 4),
        (Extractor::P2p, Kind::Probe, 2, 2, 5),
        (Extractor::Ebpf, Kind::Connection, 4, 2, 6),
    ];
    assert_eq!(found, expected);
}

/// Their events do not come in the order of their times.
#[test]
fn the_time_of_the_bus_never_goes_back() {
    let file = old::file(&[at(1_000, ping(1)), at(998, ping(2)), at(1_001, ping(3))]);
    let times = events(&file).into_iter();
    let times: Vec<_> = times
        .map(|event| (event.time_ns, event.bus_time_ns))
        .collect();
    let ms = 1_000_000;
    let expected = [
        (1_000 * ms, 1_000 * ms),
        (998 * ms, 1_000 * ms),
        (1_001 * ms, 1_001 * ms),
    ];
    assert_eq!(times, expected);
}

/// Of a line of the log its own time is known, and when it was read.
#[test]
fn a_line_of_the_log_has_its_own_time() {
    let file = old::file(&[line(1_778_999_999_000_001), line(0)]);
    let found = events(&file);
    assert_eq!(found[0].time_ns, 1_778_999_999_000_001_000);
    assert_eq!(found[0].bus_time_ns, TIMESTAMP * 1_000_000);
    // A line without a time.
    assert_eq!(found[1].time_ns, TIMESTAMP * 1_000_000);
}

/// Times beyond what 64 bits hold in nanoseconds are the last ones they do hold.
#[test]
fn absurd_times_do_no_harm() {
    let header = old::Header {
        created: u64::MAX,
        low_data: None,
    };
    let mut file = header.encode_length_delimited_to_vec();
    file.extend(old::records(&[at(u64::MAX, line(u64::MAX))]));
    let event = events(&file).remove(0);
    let all = [event.time_ns, event.bus_time_ns, event.instance];
    assert_eq!(all, [u64::MAX; 3]);
}
