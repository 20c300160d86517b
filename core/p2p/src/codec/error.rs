//! What can be wrong with a payload or a body.

/// A payload that does not follow its type's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DecodeError {
    pub(super) problem: Problem,
    /// Where in the payload, in bytes.
    pub(super) offset: usize,
}

/// What did not fit. The texts go into events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("the payload ends {missing_bytes} bytes too early")]
    EndOfPayload { missing_bytes: usize },
    #[error("a CompactSize is longer than its value {value} needs")]
    NonCanonicalSize { value: u64 },
    #[error("the size {size} is above 33554432, the largest allowed")]
    SizeTooLarge { size: u64 },
    #[error(
        "{count} items of at least {item_bytes} bytes do not fit into the {remaining_bytes} bytes that follow"
    )]
    CountTooLarge {
        count: usize,
        item_bytes: usize,
        remaining_bytes: usize,
    },
    #[error("the {field} is {length} bytes long, at most {limit} are allowed")]
    TooLong {
        field: &'static str,
        length: usize,
        limit: usize,
    },
    #[error("the {field} is {length} bytes long, at least {limit} are needed")]
    TooShort {
        field: &'static str,
        length: usize,
        limit: usize,
    },
    #[error("an address of BIP155 network {network_id} has {length} bytes instead of {expected}")]
    AddressLength {
        network_id: u8,
        length: usize,
        expected: usize,
    },
    #[error("a position in the block is above 65535")]
    IndexTooLarge,
    #[error("a block of {count} transactions, above 65535")]
    TooManyTransactions { count: usize },
    #[error("the transaction's witness is marked as present but empty")]
    EmptyWitness,
    #[error("the transaction has the unknown flags {flags:#04x}")]
    UnknownTransactionFlags { flags: u8 },
    #[error("the {field} is {value}, neither 0 nor 1")]
    NotABoolean { field: &'static str, value: u8 },
}

/// A body that cannot stand on the wire.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A field of the schema that is always there on the wire.
    #[error("the {0} is missing: set it before encoding")]
    Missing(&'static str),
    /// The transaction was decoded as a summary, or built without its bytes.
    #[error("the transaction has no raw bytes: decode it with Keep::Full, or set `raw`")]
    TransactionWithoutRaw,
    /// Hashes have 32 bytes.
    #[error("the {field} has {length} bytes instead of 32")]
    HashLength {
        /// Name of the field.
        field: &'static str,
        /// Its length, in bytes.
        length: usize,
    },
    /// Receivers would refuse a field of this length.
    #[error("the {field} has {length} bytes, at most {limit} are allowed")]
    TooLong {
        /// Name of the field.
        field: &'static str,
        /// Its length, in bytes.
        length: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The address's length does not fit its network, or the encoding (`addr`,
    /// `version`) has no form for its network.
    #[error("an address of network {network} with {length} bytes has no form in this message")]
    Address {
        /// The network's word.
        network: &'static str,
        /// The address's length, in bytes.
        length: usize,
    },
    /// A number that does not fit into its place on the wire.
    #[error("the {field} is {value}, at most {limit} fits")]
    TooLarge {
        /// Name of the field.
        field: &'static str,
        /// Its value.
        value: u64,
        /// The largest value that fits.
        limit: u64,
    },
    /// Positions in a block are encoded as differences and must rise.
    #[error("the positions in the block do not rise: {index} does not follow {previous}")]
    IndexOrder {
        /// The position that is too low.
        index: u32,
        /// The one before it.
        previous: u32,
    },
    /// The oldest forms of `version` end early, but never in between.
    #[error("the version message has a {later} but no {earlier}")]
    VersionHole {
        /// The field that is there.
        later: &'static str,
        /// The field before it that is not.
        earlier: &'static str,
    },
}
