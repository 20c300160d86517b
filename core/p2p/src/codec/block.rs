//! The block chain: `block`, `headers`, and the requests for them.

use bytes::Bytes;
use peer_observer_event::{Block, BlockHeader, GetBlocks, GetHeaders, Headers};

use super::reader::{Reader, Result, double_sha256};
use super::transaction::{read_transactions, write_transactions};
use super::wire::{Wire, required};
use super::writer::{self, Writer};

const HEADER_BYTES: usize = 80;

/// A header out of a payload that is kept as a whole or holds headers only.
impl Wire for BlockHeader {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let start = reader.offset();
        let hash = double_sha256(&[reader.take(HEADER_BYTES)?]);
        let hash = reader.keep_hash(hash);
        Ok(header(hash, reader.kept(start, start + HEADER_BYTES)))
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.i32(self.version);
        writer.hash("previous block hash", &self.previous_block_hash)?;
        writer.hash("merkle root", &self.merkle_root_hash)?;
        writer.u32(self.time_unix_seconds);
        writer.u32(self.bits);
        writer.u32(self.nonce);
        Ok(())
    }
}

/// A header in front of transactions, which are mostly not kept: it must not
/// hold on to a copy of all of them.
pub(super) fn read_header_of_transactions(reader: &mut Reader<'_>) -> Result<BlockHeader> {
    if reader.keeps_everything() {
        return BlockHeader::read(reader);
    }
    let bytes = reader.copied(HEADER_BYTES)?;
    let hash = reader.keep_hash(double_sha256(&[&bytes]));
    Ok(header(hash, bytes))
}

/// Takes the 80 bytes of a header apart.
fn header(hash: Bytes, bytes: Bytes) -> BlockHeader {
    let number =
        |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    BlockHeader {
        hash,
        version: number(0) as i32,
        previous_block_hash: bytes.slice(4..36),
        merkle_root_hash: bytes.slice(36..68),
        time_unix_seconds: number(68),
        bits: number(72),
        nonce: number(76),
    }
}

impl Wire for Headers {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let headers = reader.list(HEADER_BYTES + 1, |reader| {
            let header = BlockHeader::read(reader)?;
            // A transaction count, which Core takes to be 0 without looking.
            reader.size()?;
            Ok(header)
        })?;
        Ok(Headers { headers })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.size(self.headers.len());
        self.headers.iter().try_for_each(|header| {
            header.write(writer)?;
            writer.size(0);
            Ok(())
        })
    }
}

impl Wire for Block {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let header = Some(read_header_of_transactions(reader)?);
        Ok(Block {
            header,
            transactions: read_transactions(reader)?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        required(&self.header, "header")?.write(writer)?;
        write_transactions(&self.transactions, writer)
    }
}

macro_rules! locators {
    ($($message:ident),+) => {
        $(impl Wire for $message {
            fn read(reader: &mut Reader<'_>) -> Result<Self> {
                Ok($message {
                    version: reader.u32()?,
                    locator_hashes: reader.hashes()?,
                    stop_hash: reader.hash()?,
                })
            }

            fn write(&self, writer: &mut Writer) -> writer::Result {
                writer.u32(self.version);
                writer.hashes("locator hash", &self.locator_hashes)?;
                writer.hash("stop hash", &self.stop_hash)
            }
        })+
    };
}

locators!(GetBlocks, GetHeaders);
