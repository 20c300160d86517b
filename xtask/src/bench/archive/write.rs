//! How fast archives are written, in processor time of one thread.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use peer_observer_archive::{ArchiveWriter, EventFacts, Header, Options};
use peer_observer_event::{Body, Event, Extractor, P2pMessage, Payload, Ping};
use prost::Message;
use rustix::time::{ClockId, clock_gettime};

use super::each_event;

pub(super) const HEAD: [&str; 5] = ["writing", "events", "MB/s", "events/s", "bytes per event"];

/// Events that are in memory before they are written, so that nothing else is measured.
const CHUNK_BYTES: usize = 64 << 20;
const PINGS: u64 = 2_000_000;
const FLUSH_INTERVAL_NS: u64 = 5_000_000_000;

/// The archive's events again, flushed as the recorder does it.
pub(super) fn recording(archive: &Path) -> Result<Vec<String>> {
    let mut writing = Writing::new(std::io::sink())?;
    each_event(archive, |event| writing.take(event))?;
    writing.row("the recording")
}

/// Small events, which stand in `file` afterwards.
pub(super) fn pings(file: &Path) -> Result<Vec<String>> {
    let mut writing = Writing::new(std::fs::File::create(file)?)?;
    let mut bytes = Vec::new();
    for sequence in 1..=PINGS {
        // 50,000 a second, from 20 peers.
        let time_ns = 1_790_000_000_000_000_000 + sequence * 20_000 + sequence % 7 * 13;
        let event = Event {
            node: "alice".to_owned(),
            extractor: Extractor::Ebpf.into(),
            run: Some(1_789_999_000),
            instance: 1_789_999_001_000_000_000,
            sequence,
            kind_sequence: sequence,
            time_ns,
            monotonic_ns: Some(time_ns - 1_789_000_000_000_000_000),
            bus_sequence: sequence,
            bus_time_ns: time_ns + 1_000_000,
            payload: Some(Payload::P2pMessage(P2pMessage {
                peer_id: sequence % 20,
                address: format!("203.0.113.{}:8333", sequence % 20),
                connection_type: 1,
                direction: 1,
                command: "ping".to_owned(),
                payload_bytes: 8,
                body: Some(Body::Ping(Ping {
                    nonce: Some(sequence.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
                })),
                ..P2pMessage::default()
            })),
        };
        bytes.clear();
        event.encode(&mut bytes)?;
        writing.take(&bytes)?;
    }
    writing.row("pings")
}

struct Writing<W: std::io::Write> {
    writer: ArchiveWriter<W>,
    /// Events that are still to be written.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    flushed_ns: u64,
    events: u64,
    event_bytes: u64,
    took: Duration,
}

impl<W: std::io::Write> Writing<W> {
    fn new(out: W) -> Result<Writing<W>> {
        Ok(Writing {
            writer: ArchiveWriter::new(out, &Header::default(), Options::default())?,
            bytes: Vec::new(),
            ends: Vec::new(),
            flushed_ns: 0,
            events: 0,
            event_bytes: 0,
            took: Duration::ZERO,
        })
    }

    fn take(&mut self, event: &[u8]) -> Result<()> {
        self.bytes.extend_from_slice(event);
        self.ends.push(self.bytes.len());
        match self.bytes.len() >= CHUNK_BYTES {
            true => self.write(),
            false => Ok(()),
        }
    }

    fn write(&mut self) -> Result<()> {
        let begin = processor_time();
        let mut start = 0;
        for (number, end) in self.ends.iter().enumerate() {
            let event = &self.bytes[start..*end];
            self.writer.push(event)?;
            start = *end;
            if number % 4096 == 0 {
                let now_ns = EventFacts::read(event).bus_time_ns;
                if now_ns > self.flushed_ns + FLUSH_INTERVAL_NS {
                    self.writer.flush()?;
                    self.flushed_ns = now_ns;
                }
            }
        }
        self.took += processor_time() - begin;
        self.events += self.ends.len() as u64;
        self.event_bytes += self.bytes.len() as u64;
        self.bytes.clear();
        self.ends.clear();
        Ok(())
    }

    fn row(mut self, name: &str) -> Result<Vec<String>> {
        self.write()?;
        let begin = processor_time();
        self.writer.end_frame()?;
        let took = (self.took + (processor_time() - begin)).as_secs_f64();
        let file_bytes = self.writer.bytes();
        self.writer.finish()?;
        let (events, event_bytes) = (self.events as f64, self.event_bytes as f64);
        Ok(vec![
            name.to_owned(),
            self.events.to_string(),
            format!("{:.0}", event_bytes / took / 1e6),
            format!("{:.0}", events / took),
            format!("{:.2}", file_bytes as f64 / events),
        ])
    }
}

/// Of this thread.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs() as u32,
    )
}
