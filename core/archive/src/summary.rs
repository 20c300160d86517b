//! What is said of a frame at its end and in the file's index, so that a reader
//! skips the frame when it has nothing that is wanted.

use prost::Message;

use crate::lax::{Fields, Value};

/// What a frame holds.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Summary {
    /// Events in the frame.
    #[prost(uint64, tag = "1")]
    pub events: u64,
    /// Bytes of these events.
    #[prost(uint64, tag = "2")]
    pub event_bytes: u64,
    /// The least `bus_time_ns`, in nanoseconds since the epoch.
    #[prost(fixed64, tag = "3")]
    pub first_bus_time_ns: u64,
    /// The greatest `bus_time_ns`.
    #[prost(fixed64, tag = "4")]
    pub last_bus_time_ns: u64,
    /// By the payload's field in `Event`, in ascending order.
    #[prost(message, repeated, tag = "5")]
    pub payloads: Vec<PayloadCount>,
    /// P2P messages by type and direction.
    #[prost(message, repeated, tag = "6")]
    pub commands: Vec<CommandCount>,
    /// Who published the events, in the order of the first one of each.
    #[prost(message, repeated, tag = "7")]
    pub publishers: Vec<PublisherRange>,
    /// There were more publishers than `publishers` can hold: others are in the frame.
    #[prost(bool, tag = "8")]
    pub has_more_publishers: bool,
    /// Gap notices in the frame, and the events that they say are lost. The
    /// number does not count notices that could not tell.
    #[prost(uint64, tag = "9")]
    pub gap_notices: u64,
    /// Events that the gap notices say are lost before they reached the bus.
    #[prost(uint64, tag = "10")]
    pub gap_events: u64,
    /// Events that the recorder itself has missed, because it was too slow or
    /// the disk was full.
    #[prost(uint64, tag = "11")]
    pub missed_events: u64,
}

/// How many events had a payload.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PayloadCount {
    /// The payload's field in `Event`; 0 for events without one that is known.
    #[prost(uint32, tag = "1")]
    pub field: u32,
    /// The value of the enum `Kind`; 0 when not known to the writer.
    #[prost(uint32, tag = "2")]
    pub kind: u32,
    /// Number of events.
    #[prost(uint64, tag = "3")]
    pub events: u64,
    /// Bytes of these events.
    #[prost(uint64, tag = "4")]
    pub bytes: u64,
}

/// How many P2P messages of a type there were.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CommandCount {
    /// One of the known message types, or `other`.
    #[prost(string, tag = "1")]
    pub command: String,
    /// The value of the enum `Direction`.
    #[prost(uint32, tag = "2")]
    pub direction: u32,
    /// Number of events.
    #[prost(uint64, tag = "3")]
    pub events: u64,
    /// Bytes of these events.
    #[prost(uint64, tag = "4")]
    pub bytes: u64,
}

/// The events of one instance of an extractor.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PublisherRange {
    /// Name of the node; empty for the bus.
    #[prost(string, tag = "1")]
    pub node: String,
    /// The value of the enum `Extractor`.
    #[prost(uint32, tag = "2")]
    pub extractor: u32,
    /// The instance.
    #[prost(fixed64, tag = "3")]
    pub instance: u64,
    /// Number of events.
    #[prost(uint64, tag = "4")]
    pub events: u64,
    /// Bytes of these events.
    #[prost(uint64, tag = "5")]
    pub bytes: u64,
    /// The least and the greatest `sequence`.
    #[prost(uint64, tag = "6")]
    pub first_sequence: u64,
    /// The greatest `sequence`.
    #[prost(uint64, tag = "7")]
    pub last_sequence: u64,
}

/// A frame, and where it stands.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FrameEntry {
    /// Where its first record begins, in bytes from the file's beginning.
    #[prost(uint64, tag = "1")]
    pub offset: u64,
    /// Its bytes, the summary record included.
    #[prost(uint64, tag = "2")]
    pub bytes: u64,
    /// Absent for a frame whose summary is missing: one that is still being
    /// written, cut off or damaged.
    #[prost(message, optional, tag = "3")]
    pub summary: Option<Summary>,
}

/// The payload of the index record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Index {
    #[prost(message, repeated, tag = "1")]
    pub(crate) frames: Vec<FrameEntry>,
}

/// The most memory that an index takes when it is read, in bytes.
pub(crate) const MOST_INDEX_MEMORY: usize = 64 << 20;
/// The same for one summary.
const MOST_SUMMARY_MEMORY: usize = 4 << 20;

/// Messages that are read with an eye on the memory that they take: a message of
/// many small parts takes a lot more than its bytes.
pub(crate) trait Stored: Message + Default {
    /// How much memory the encoded message takes; absent where it is none.
    fn memory(encoded: &[u8]) -> Option<usize>;
    /// How much is too much.
    const MOST_MEMORY: usize;
}

/// Decodes a message that is not malformed and does not take too much memory.
pub(crate) fn decode<M: Stored>(encoded: &[u8]) -> Option<M> {
    let memory = M::memory(encoded)?;
    (memory <= M::MOST_MEMORY)
        .then(|| M::decode(encoded).ok())
        .flatten()
}

impl Stored for Summary {
    const MOST_MEMORY: usize = MOST_SUMMARY_MEMORY;

    fn memory(encoded: &[u8]) -> Option<usize> {
        sum(encoded, |field, value| {
            Some(match field {
                5 => size_of::<PayloadCount>(),
                6 => size_of::<CommandCount>() + value.len(),
                7 => size_of::<PublisherRange>() + value.len(),
                _ => 0,
            })
        })
    }
}

impl Stored for Index {
    const MOST_MEMORY: usize = MOST_INDEX_MEMORY;

    fn memory(encoded: &[u8]) -> Option<usize> {
        sum(encoded, |_, frame| {
            let summary = sum(frame, |_, summary| Summary::memory(summary))?;
            Some(size_of::<FrameEntry>() + summary)
        })
    }
}

/// Adds up what fields with a length take; absent where something is no protobuf.
fn sum(encoded: &[u8], memory: impl Fn(u32, &[u8]) -> Option<usize>) -> Option<usize> {
    let mut fields = Fields(encoded);
    let mut sum = 0usize;
    for (field, value) in fields.by_ref() {
        if let Value::Bytes(value) = value {
            sum = sum.saturating_add(memory(field, value)?);
        }
    }
    fields.0.is_empty().then_some(sum)
}

impl FrameEntry {
    /// About how much memory it takes.
    pub(crate) fn memory_bytes(&self) -> usize {
        let summary = self.summary.as_ref().map_or(0, |summary| {
            let texts = summary.publishers.iter().map(|of| of.node.len());
            size_of_val(&summary.payloads[..])
                + size_of_val(&summary.commands[..])
                + size_of_val(&summary.publishers[..])
                + texts.sum::<usize>()
        });
        size_of::<FrameEntry>() + summary
    }
}
