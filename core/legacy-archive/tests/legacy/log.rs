//! Lines of debug.log, in all three forms that they had.

use peer_observer_event::log_line::Detail;
use peer_observer_event::{
    LogBlockChecked, LogBlockConnected, LogCompactBlockReconstructed, LogHeaderSeen, LogLevel,
    LogLine, LogTime, Payload,
};
use prost::Message;

use crate::old::log::{
    BlockCheckedLog, BlockConnectedLog, CompactBlockReconstructedLog, FirstEvent, FirstLine,
    FirstLog, Line, Log, SawNewHeaderLog, UnknownLogMessage,
};
use crate::old::{self, Event, Source, TIMESTAMP};
use crate::support::{events, hash, hash_text, payload};

const TIME_US: u64 = 1_778_999_999_250_000;
const NET: i32 = 14;

fn unknown() -> UnknownLogMessage {
    UnknownLogMessage {
        raw_message: "Flushed 5 addresses to peers.dat  2ms".to_owned(),
    }
}

fn log(event: Line) -> Log {
    Log {
        log_timestamp: TIME_US,
        category: NET,
        threadname: "msghand".to_owned(),
        log_level: Some(3),
        log_line_bytes: Some(99),
        event: Some(event),
    }
}

/// A line with this time.
pub(crate) fn line(log_timestamp: u64) -> Event {
    Event::new(Source::Log(Log {
        log_timestamp,
        ..log(Line::Unknown(unknown()))
    }))
}

fn converted(log: Log) -> LogLine {
    match payload(Source::Log(log)) {
        Payload::LogLine(line) => *line,
        other => panic!("no line: {other:?}"),
    }
}

fn expected() -> LogLine {
    LogLine {
        // With the line's end.
        line_bytes: 100,
        line_count: 1,
        time: LogTime::Microseconds.into(),
        thread: "msghand".to_owned(),
        category: "net".to_owned(),
        level: LogLevel::Debug.into(),
        ..LogLine::default()
    }
}

#[test]
fn a_line_has_prefix_and_text() {
    let line = LogLine {
        message: unknown().raw_message,
        ..expected()
    };
    assert_eq!(converted(log(Line::Unknown(unknown()))), line);
}

fn details() -> Vec<(Line, Detail)> {
    let checked = |debug_message: &str| BlockCheckedLog {
        block_hash: hash_text(1),
        state: "bad-txnmrklroot".to_owned(),
        debug_message: debug_message.to_owned(),
    };
    let our_checked = |debug_message: Option<&str>| LogBlockChecked {
        block_hash: hash(1).into(),
        state: "bad-txnmrklroot".to_owned(),
        debug_message: debug_message.map(str::to_owned),
    };
    let connected = BlockConnectedLog {
        block_hash: hash_text(1),
        block_height: 900_000,
    };
    let our_connected = LogBlockConnected {
        block_hash: hash(1).into(),
        height: 900_000,
    };
    let header = SawNewHeaderLog {
        block_hash: hash_text(1),
        block_height: 900_000,
        peer_id: 7,
        is_cmpctblock: true,
    };
    let our_header = LogHeaderSeen {
        block_hash: hash(1).into(),
        height: Some(900_000),
        peer_id: Some(7),
        compact_block: true,
    };
    let reconstructed = CompactBlockReconstructedLog {
        block_hash: hash_text(1),
        prefilled_txn_count: 1,
        mempool_txn_count: 2,
        extra_pool_txn_count: 3,
        requested_txn_count: 4,
        requested_txn_bytes: 5,
    };
    let our_reconstructed = LogCompactBlockReconstructed {
        block_hash: hash(1).into(),
        prefilled_transactions: 1,
        mempool_transactions: 2,
        extra_pool_transactions: Some(3),
        requested_transactions: 4,
        requested_bytes: Some(5),
    };
    vec![
        (
            Line::BlockConnected(connected),
            Detail::BlockConnected(our_connected),
        ),
        (
            Line::BlockChecked(checked("hashMerkleRoot mismatch")),
            Detail::BlockChecked(our_checked(Some("hashMerkleRoot mismatch"))),
        ),
        (
            Line::BlockChecked(checked("")),
            Detail::BlockChecked(our_checked(None)),
        ),
        (Line::SawNewHeader(header), Detail::HeaderSeen(our_header)),
        (
            Line::CompactBlockReconstructed(reconstructed),
            Detail::CompactBlockReconstructed(our_reconstructed),
        ),
    ]
}

#[test]
fn what_a_line_says_is_told() {
    for (theirs, ours) in details() {
        let line = LogLine {
            detail: Some(ours),
            ..expected()
        };
        assert_eq!(converted(log(theirs)), line);
    }
}

#[test]
fn levels_and_times_are_told_apart() {
    let levels = [
        LogLevel::Info,
        LogLevel::Warning,
        LogLevel::Error,
        LogLevel::Debug,
        LogLevel::Trace,
    ];
    for (number, level) in levels.into_iter().enumerate() {
        let line = converted(Log {
            log_level: Some(number as i32),
            ..log(Line::Unknown(unknown()))
        });
        assert_eq!(line.level(), level);
    }
    for (micros, time) in [
        (0, LogTime::Unspecified),
        (TIME_US, LogTime::Microseconds),
        (TIME_US - 250_000, LogTime::Seconds),
    ] {
        let line = converted(Log {
            log_timestamp: micros,
            ..log(Line::Unknown(unknown()))
        });
        assert_eq!(line.time(), time);
    }
}

/// The name of the thread came first, and took the number of a text; level and
/// length came later.
#[test]
fn lines_before_levels_are_read() {
    for (theirs, ours) in details() {
        let old = Log {
            log_level: None,
            log_line_bytes: None,
            ..log(theirs)
        };
        let line = LogLine {
            line_bytes: 0,
            level: LogLevel::Unspecified.into(),
            detail: Some(ours),
            ..expected()
        };
        // These came with the level.
        if !matches!(
            line.detail,
            Some(Detail::HeaderSeen(_) | Detail::CompactBlockReconstructed(_))
        ) {
            assert_eq!(converted(old), line);
        }
    }
    let nameless = Log {
        threadname: String::new(),
        log_level: None,
        log_line_bytes: None,
        ..log(Line::Unknown(unknown()))
    };
    assert_eq!(converted(nameless).message, unknown().raw_message);
}

#[test]
fn lines_before_names_of_threads_are_read() {
    let mut cases = vec![(FirstLine::Unknown(unknown()), None)];
    for (theirs, ours) in details() {
        match theirs {
            Line::BlockConnected(connected) => {
                cases.push((FirstLine::BlockConnected(connected), Some(ours)));
            }
            Line::BlockChecked(checked) => {
                cases.push((FirstLine::BlockChecked(checked), Some(ours)));
            }
            _ => {}
        }
    }
    assert_eq!(cases.len(), 4);
    for (theirs, ours) in cases {
        let event = FirstEvent {
            log: FirstLog {
                log_timestamp: TIME_US,
                category: NET,
                event: Some(theirs),
            },
            timestamp: TIMESTAMP,
        };
        let file = [old::file(&[]), event.encode_length_delimited_to_vec()].concat();
        let message = match ours {
            None => unknown().raw_message,
            Some(_) => String::new(),
        };
        let line = LogLine {
            line_bytes: 0,
            level: LogLevel::Unspecified.into(),
            thread: String::new(),
            message,
            detail: ours,
            ..expected()
        };
        let found = events(&file).remove(0).payload;
        assert_eq!(found, Some(Payload::LogLine(Box::new(line))));
    }
}
