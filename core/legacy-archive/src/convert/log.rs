//! Lines of debug.log: `log_extractor.log`.

use peer_observer_event::log_line::Detail;
use peer_observer_event::{
    LogBlockChecked, LogBlockConnected, LogCompactBlockReconstructed, LogHeaderSeen, LogLevel,
    LogLine, LogTime, Payload,
};

use super::FromLegacy;
use super::reading::Reading;
use crate::wire::{Result, Value};

const NANOS_PER_MICRO: u64 = 1_000;
const MICROS_PER_SECOND: u64 = 1_000_000;

/// Values of their enum `LogDebugCategory`, from 1, as Core names them.
const CATEGORIES: [&str; 28] = [
    "addrman",
    "bench",
    "blockstorage",
    "cmpctblock",
    "coindb",
    "estimatefee",
    "http",
    "i2p",
    "ipc",
    "leveldb",
    "libevent",
    "mempool",
    "mempoolrej",
    "net",
    "proxy",
    "prune",
    "qt",
    "rand",
    "reindex",
    "rpc",
    "scan",
    "selectcoins",
    "tor",
    "txpackages",
    "txreconciliation",
    "validation",
    "walletdb",
    "zmq",
];

/// The fields that have changed their numbers, by number; see [`Line::thread`].
#[derive(Default)]
struct Line<'a> {
    time_us: u64,
    category: usize,
    level: Option<u64>,
    bytes_without_end: Option<u64>,
    third: Option<Value<'a>>,
    /// 4, 5, 6, 9 or 10.
    event: Option<(u32, Value<'a>)>,
}

impl<'a> Line<'a> {
    fn read(value: Value<'a>) -> Result<Line<'a>> {
        let mut line = Line::default();
        let mut fields = value.fields()?;
        while let Some((number, value)) = fields.next()? {
            match number {
                1 => line.time_us = value.u64()?,
                2 => line.category = value.u32()? as usize,
                3 => line.third = Some(value),
                4..=6 | 9 | 10 => line.event = Some((number, value)),
                7 => line.level = Some(value.u64()?),
                8 => line.bytes_without_end = Some(value.u64()?),
                _ => {}
            }
        }
        Ok(line)
    }

    /// The thread's name, in field 3, and what the line says.
    ///
    /// Until the beginning of 2026 there was no name, and what the line says had
    /// numbers that were one smaller: 3 to 5. Then either field 3 was there or a
    /// later one; now the name always is, and the level soon was too.
    fn parts(&self) -> Result<(&'a str, Option<(u32, Value<'a>)>)> {
        let is_old = self.level.is_none() && (self.third.is_none() || self.event.is_none());
        if is_old {
            let third = self.third.map(|value| (4, value));
            let later = self.event.map(|(number, value)| (number + 1, value));
            return Ok(("", third.or(later)));
        }
        let thread = self.third.map_or(Ok(""), Value::text)?;
        Ok((thread, self.event))
    }
}

/// The line, and its own time.
pub(super) fn payload(value: Value<'_>, reading: &mut Reading) -> Result<(Payload, Option<u64>)> {
    let line = Line::read(value)?;
    let (thread, event) = line.parts()?;
    let mut out = LogLine {
        // Theirs is without the line's end.
        line_bytes: line
            .bytes_without_end
            .map_or(0, |bytes| bytes.saturating_add(1)),
        line_count: 1,
        time: time(line.time_us).into(),
        thread: thread.to_owned(),
        category: category(line.category).to_owned(),
        level: level(line.level).into(),
        ..LogLine::default()
    };
    match event {
        Some((4, value)) => out.message = value.message::<Message>(reading)?.0,
        Some((5, value)) => out.detail = Some(Detail::BlockConnected(value.message(reading)?)),
        Some((6, value)) => out.detail = Some(Detail::BlockChecked(value.message(reading)?)),
        Some((9, value)) => out.detail = Some(Detail::HeaderSeen(value.message(reading)?)),
        Some((10, value)) => {
            out.detail = Some(Detail::CompactBlockReconstructed(value.message(reading)?));
        }
        _ => reading.skip("log_line_text"),
    }
    let time_ns = line.time_us.saturating_mul(NANOS_PER_MICRO);
    let own_time_ns = (line.time_us > 0).then_some(time_ns);
    Ok((Payload::LogLine(Box::new(out)), own_time_ns))
}

/// Which of both it was is not carried; one in a million lines with microseconds
/// looks like one without.
fn time(micros: u64) -> LogTime {
    match micros {
        0 => LogTime::Unspecified,
        _ if micros.is_multiple_of(MICROS_PER_SECOND) => LogTime::Seconds,
        _ => LogTime::Microseconds,
    }
}

/// 0 is no category, or one that they do not know.
fn category(number: usize) -> &'static str {
    let index = number.checked_sub(1);
    let word = index.and_then(|index| CATEGORIES.get(index));
    word.copied().unwrap_or("")
}

fn level(number: Option<u64>) -> LogLevel {
    match number {
        Some(0) => LogLevel::Info,
        Some(1) => LogLevel::Warning,
        Some(2) => LogLevel::Error,
        Some(3) => LogLevel::Debug,
        Some(4) => LogLevel::Trace,
        _ => LogLevel::Unspecified,
    }
}

/// `UnknownLogMessage`: the text behind the prefix.
#[derive(Default)]
struct Message(String);

impl FromLegacy for Message {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        if number == 1 {
            self.0 = value.string()?;
        }
        Ok(())
    }
}

impl FromLegacy for LogBlockConnected {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.block_hash = value.hash_from_text()?,
            2 => self.height = value.i32()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for LogBlockChecked {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.block_hash = value.hash_from_text()?,
            2 => self.state = value.string()?,
            3 => self.debug_message = value.some_string()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for LogHeaderSeen {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.block_hash = value.hash_from_text()?,
            2 => self.height = Some(value.i32()?),
            3 => self.peer_id = Some(value.u64()?),
            4 => self.compact_block = value.bool()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for LogCompactBlockReconstructed {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.block_hash = value.hash_from_text()?,
            2 => self.prefilled_transactions = value.u32()?,
            3 => self.mempool_transactions = value.u32()?,
            4 => self.extra_pool_transactions = Some(value.u32()?),
            5 => self.requested_transactions = value.u32()?,
            6 => self.requested_bytes = Some(value.u64()?),
            _ => {}
        }
        Ok(())
    }
}
