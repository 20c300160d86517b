//! What stands at the beginning of a file.

/// What a file says of itself, written when it is begun.
///
/// Fields that a later version has added are left out when it is read.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Header {
    /// The schema of the events: the protobuf package, for instance `peer_observer.v1`.
    #[prost(string, tag = "1")]
    pub schema: String,
    /// What wrote the file, and its version.
    #[prost(string, tag = "2")]
    pub software: String,
    /// When the file was begun, in nanoseconds since the epoch.
    #[prost(fixed64, tag = "3")]
    pub begun_time_ns: u64,
    /// The nodes that were to be recorded.
    #[prost(message, repeated, tag = "4")]
    pub nodes: Vec<HeaderNode>,
    /// The filters that were in force, each in words. Empty: everything was
    /// recorded, and a hole in a sequence is a loss.
    #[prost(string, repeated, tag = "5")]
    pub filters: Vec<String>,
    /// The filters leave out whole kinds and nothing else, so that a hole in a
    /// `kind_sequence` is a loss.
    #[prost(bool, tag = "6")]
    pub filters_whole_kinds: bool,
    /// What was reduced or made unrecognisable, each in words.
    #[prost(string, repeated, tag = "7")]
    pub redactions: Vec<String>,
    /// How the times in the events relate to real time, where they differ; for
    /// instance "mocktime, 30 times as fast".
    #[prost(string, tag = "8")]
    pub clock_note: String,
    /// Files that this one was made from.
    #[prost(string, repeated, tag = "9")]
    pub sources: Vec<String>,
    /// Who recorded it: a random number that a folder keeps; 0 where nobody did.
    #[prost(fixed64, tag = "10")]
    pub recorder: u64,
    /// Which of the recorder's recordings the file is a part of: when that was
    /// begun, in nanoseconds since the epoch. Parts of one recording follow each
    /// other as the bus had it.
    #[prost(fixed64, tag = "11")]
    pub recording: u64,
    /// The file's place in the recording, from 1.
    #[prost(uint32, tag = "12")]
    pub part: u32,
}

/// A node of a [`Header`].
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct HeaderNode {
    /// As in the events.
    #[prost(string, tag = "1")]
    pub name: String,
    /// `main`, `test`, `testnet4`, `signet`, `regtest`; empty when not known.
    #[prost(string, tag = "2")]
    pub chain: String,
}
