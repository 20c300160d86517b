//! The old schema as its own programs write it, and a writer of their files.

pub(crate) mod ebpf;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod other;
pub(crate) mod primitives;
pub(crate) mod rpc;

use prost::{Message, Oneof};
use zstd_safe::{CCtx, CParameter, InBuffer, OutBuffer, zstd_sys::ZSTD_EndDirective};

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Event {
    #[prost(uint64, required, tag = "10")]
    pub(crate) timestamp: u64,
    #[prost(oneof = "Source", tags = "1, 2, 3, 4, 5")]
    pub(crate) event: Option<Source>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Source {
    #[prost(message, tag = "1")]
    Ebpf(ebpf::Ebpf),
    #[prost(message, tag = "2")]
    Rpc(Box<rpc::Rpc>),
    #[prost(message, tag = "3")]
    P2p(other::P2p),
    #[prost(message, tag = "4")]
    Log(log::Log),
    #[prost(message, tag = "5")]
    Ipc(other::Ipc),
}

/// `header.ArchiveHeader`.
#[derive(Clone, Copy, PartialEq, Message)]
pub(crate) struct Header {
    #[prost(uint64, required, tag = "1")]
    pub(crate) created: u64,
    #[prost(bool, optional, tag = "2")]
    pub(crate) low_data: Option<bool>,
}

/// When files and events of the tests were made: a millisecond in May 2026.
pub(crate) const TIMESTAMP: u64 = 1_779_000_000_123;
pub(crate) const CREATED: u64 = 1_779_000_000;

pub(crate) const PREFIX: [u8; 16] = *b"PA\x01\xab\xcd\xef\x01\0\0\0\0\0\0\0\0\0";

impl Event {
    pub(crate) fn new(event: Source) -> Event {
        Event {
            timestamp: TIMESTAMP,
            event: Some(event),
        }
    }
}

/// A file as their archiver writes it now, not compressed.
pub(crate) fn file(events: &[Event]) -> Vec<u8> {
    let header = Header {
        created: CREATED,
        low_data: Some(false),
    };
    [header.encode_length_delimited_to_vec(), records(events)].concat()
}

pub(crate) fn records(events: &[Event]) -> Vec<u8> {
    let records = events.iter().map(Message::encode_length_delimited_to_vec);
    records.collect::<Vec<_>>().concat()
}

/// One frame, flushed after each of the parts, as theirs is after the header.
pub(crate) fn compressed(parts: &[&[u8]], window_log: u32) -> Vec<u8> {
    let mut context = CCtx::create();
    for parameter in [
        CParameter::CompressionLevel(3),
        CParameter::WindowLog(window_log),
    ] {
        context.set_parameter(parameter).expect("a known parameter");
    }
    let mut out = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let mut input = InBuffer::around(part);
        let directive = match index + 1 == parts.len() {
            true => ZSTD_EndDirective::ZSTD_e_end,
            false => ZSTD_EndDirective::ZSTD_e_flush,
        };
        loop {
            let at = out.len();
            out.reserve(1 << 17);
            let mut output = OutBuffer::around_pos(&mut out, at);
            let left = context.compress_stream2(&mut output, &mut input, directive);
            if left.expect("memory can be written") == 0 && input.pos == part.len() {
                break;
            }
        }
    }
    out
}
