//! Records as they come out of the ring: `src/bpf/records.h`, checked.
//!
//! Nothing here trusts the bytes: what does not fit is an error, not a panic.

use crate::tracepoint::Tracepoint;

/// Flags of a record's head.
pub mod flag {
    /// The record's (first) text did not fit.
    pub const TEXT_CUT: u32 = 1 << 0;
    /// A text could not be read; it is empty.
    pub const TEXT_FAULT: u32 = 1 << 1;
    /// The setting for this command is `none`.
    pub const PAYLOAD_NOT_WANTED: u32 = 1 << 2;
    /// There was no room for the payload.
    pub const PAYLOAD_RING_FULL: u32 = 1 << 3;
    /// The payload could not be read.
    pub const PAYLOAD_FAULT: u32 = 1 << 4;
    /// The payload is larger than Core allows.
    pub const PAYLOAD_TOO_LARGE: u32 = 1 << 5;
}

const ADDRESS_ROOM: usize = 80;
const NAME_ROOM: usize = 272;
const COMMAND_ROOM: usize = 16;
const CONNECTION_TYPE_ROOM: usize = 24;
const REASON_ROOM: usize = 512;
const REMOVAL_REASON_ROOM: usize = 24;

/// Why bytes are no record.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RecordError {
    /// Shorter than its type.
    #[error("a record of {length} bytes ends before its fields do")]
    Short {
        /// Length of the whole record.
        length: usize,
    },
    /// A tracepoint number that nobody has.
    #[error("a record of tracepoint {0}, which does not exist")]
    Tracepoint(u32),
}

/// One hit of a tracepoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// bpf_ktime_get_ns() at the tracepoint.
    pub monotonic_ns: u64,
    /// Which tracepoint.
    pub tracepoint: Tracepoint,
    /// What is not as it should be: [`flag`].
    pub flags: u32,
    /// What the tracepoint said.
    pub fields: Fields<'a>,
}

/// A 32-byte hash in internal byte order.
pub type Hash<'a> = &'a [u8];

/// The arguments of a tracepoint. Texts are what the node's memory held, without a promise of UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Named as in the schema, which documents them.
pub enum Fields<'a> {
    Message {
        peer_id: u64,
        payload_bytes: u64,
        command: &'a [u8],
        connection_type: &'a [u8],
        address: &'a [u8],
        payload: &'a [u8],
    },
    Connection {
        peer_id: u64,
        network: u64,
        value: u64,
        connection_type: &'a [u8],
        address: &'a [u8],
    },
    Misbehaving {
        peer_id: u64,
        reason: &'a [u8],
    },
    Added {
        txid: Hash<'a>,
        size_vbytes: u64,
        fee_sat: i64,
    },
    Removed {
        txid: Hash<'a>,
        size_vbytes: u64,
        fee_sat: i64,
        entered_unix_seconds: u64,
        reason: &'a [u8],
    },
    Replaced {
        txid: Hash<'a>,
        size_vbytes: u64,
        fee_sat: i64,
        entered_unix_seconds: u64,
        replacement_hash: Hash<'a>,
        replacement_size_vbytes: u64,
        replacement_fee_sat: i64,
        replaced_by_transaction: bool,
    },
    Rejected {
        txid: Hash<'a>,
        reason: &'a [u8],
    },
    BlockConnected {
        block_hash: Hash<'a>,
        height: u64,
        transactions: u64,
        inputs: u64,
        sigops_cost: u64,
        duration_ns: u64,
    },
    Coin {
        txid: Hash<'a>,
        index: u64,
        height: u64,
        value_sat: i64,
        coinbase: bool,
    },
    CacheFlushed {
        duration_us: u64,
        mode: u64,
        coins: u64,
        memory_bytes: u64,
        for_prune: bool,
    },
}

/// Takes fields off the front of a record.
struct Cursor<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, size: usize) -> Result<&'a [u8], RecordError> {
        let (taken, rest) = self.rest.split_at_checked(size).ok_or(RecordError::Short {
            length: self.length,
        })?;
        self.rest = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, RecordError> {
        let bytes = self.take(4)?;
        Ok(u32::from_ne_bytes(
            bytes.try_into().expect("four bytes were taken"),
        ))
    }

    fn u64(&mut self) -> Result<u64, RecordError> {
        let bytes = self.take(8)?;
        Ok(u64::from_ne_bytes(
            bytes.try_into().expect("eight bytes were taken"),
        ))
    }

    fn i64(&mut self) -> Result<i64, RecordError> {
        Ok(self.u64()?.cast_signed())
    }

    /// A C++ `bool`: any byte but 0 is true.
    fn bool(&mut self) -> Result<bool, RecordError> {
        Ok(self.u64()? != 0)
    }

    fn hash(&mut self) -> Result<Hash<'a>, RecordError> {
        self.take(32)
    }

    /// A text of at most `room - 1` bytes; what stands behind its NUL is old memory.
    fn text(&mut self, room: usize) -> Result<&'a [u8], RecordError> {
        let field = self.take(room)?;
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(room);
        Ok(&field[..end])
    }
}

impl<'a> Record<'a> {
    /// Reads a record.
    pub fn parse(bytes: &'a [u8]) -> Result<Record<'a>, RecordError> {
        let mut cursor = Cursor {
            rest: bytes,
            length: bytes.len(),
        };
        let monotonic_ns = cursor.u64()?;
        let number = cursor.u32()?;
        let tracepoint = Tracepoint::from_number(number).ok_or(RecordError::Tracepoint(number))?;
        let flags = cursor.u32()?;
        let fields = fields(tracepoint, &mut cursor)?;
        Ok(Record {
            monotonic_ns,
            tracepoint,
            flags,
            fields,
        })
    }
}

fn fields<'a>(tracepoint: Tracepoint, cursor: &mut Cursor<'a>) -> Result<Fields<'a>, RecordError> {
    use Tracepoint::*;
    Ok(match tracepoint {
        NetInboundMessage | NetOutboundMessage => {
            let (peer_id, payload_bytes, copied) = (cursor.u64()?, cursor.u64()?, cursor.u64()?);
            let command = cursor.text(COMMAND_ROOM)?;
            let connection_type = cursor.text(CONNECTION_TYPE_ROOM)?;
            let address = cursor.text(ADDRESS_ROOM)?;
            // More than the record holds is as good as a record that is too short.
            let payload = cursor.take(copied.try_into().unwrap_or(usize::MAX))?;
            Fields::Message {
                peer_id,
                payload_bytes,
                command,
                connection_type,
                address,
                payload,
            }
        }
        NetInboundConnection
        | NetOutboundConnection
        | NetClosedConnection
        | NetEvictedInboundConnection => {
            let (peer_id, network, value) = (cursor.u64()?, cursor.u64()?, cursor.u64()?);
            let connection_type = cursor.text(CONNECTION_TYPE_ROOM)?;
            let address = cursor.text(NAME_ROOM)?;
            Fields::Connection {
                peer_id,
                network,
                value,
                connection_type,
                address,
            }
        }
        NetMisbehavingConnection => Fields::Misbehaving {
            peer_id: cursor.u64()?,
            reason: cursor.text(REASON_ROOM)?,
        },
        MempoolAdded => Fields::Added {
            txid: cursor.hash()?,
            size_vbytes: cursor.u64()?,
            fee_sat: cursor.i64()?,
        },
        MempoolRemoved => Fields::Removed {
            txid: cursor.hash()?,
            size_vbytes: cursor.u64()?,
            fee_sat: cursor.i64()?,
            entered_unix_seconds: cursor.u64()?,
            reason: cursor.text(REMOVAL_REASON_ROOM)?,
        },
        MempoolReplaced => Fields::Replaced {
            txid: cursor.hash()?,
            size_vbytes: cursor.u64()?,
            fee_sat: cursor.i64()?,
            entered_unix_seconds: cursor.u64()?,
            replacement_hash: cursor.hash()?,
            replacement_size_vbytes: cursor.u64()?,
            replacement_fee_sat: cursor.i64()?,
            replaced_by_transaction: cursor.bool()?,
        },
        MempoolRejected => Fields::Rejected {
            txid: cursor.hash()?,
            reason: cursor.text(REASON_ROOM)?,
        },
        ValidationBlockConnected => Fields::BlockConnected {
            block_hash: cursor.hash()?,
            height: cursor.u64()?,
            transactions: cursor.u64()?,
            inputs: cursor.u64()?,
            sigops_cost: cursor.u64()?,
            duration_ns: cursor.u64()?,
        },
        UtxocacheAdd | UtxocacheSpent | UtxocacheUncache => Fields::Coin {
            txid: cursor.hash()?,
            index: cursor.u64()?,
            height: cursor.u64()?,
            value_sat: cursor.i64()?,
            coinbase: cursor.bool()?,
        },
        UtxocacheFlush => Fields::CacheFlushed {
            duration_us: cursor.u64()?,
            mode: cursor.u64()?,
            coins: cursor.u64()?,
            memory_bytes: cursor.u64()?,
            for_prune: cursor.bool()?,
        },
    })
}
