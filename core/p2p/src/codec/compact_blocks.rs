//! Compact blocks (BIP152).

use peer_observer_event::{
    BlockTxn, CmpctBlock, GetBlockTxn, PrefilledTransaction, SendCmpct, Transaction,
};

use super::EncodeError;
use super::block::read_header_of_transactions;
use super::error::Problem;
use super::reader::{Reader, Result};
use super::transaction::{SHORTEST_TRANSACTION_BYTES, read_transactions, write_transactions};
use super::wire::{Wire, required};
use super::writer::{self, Writer};

/// Positions and transaction counts are 16 bits wide in Core.
const MAX_INDEX: u64 = u16::MAX as u64;

const SHORT_ID_BYTES: usize = 6;

impl Wire for SendCmpct {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let high_bandwidth = match reader.peek() {
            Some(value @ 2..) => {
                let field = "sendcmpct announce field";
                return Err(reader.error(Problem::NotABoolean { field, value }));
            }
            _ => reader.u8()? == 1,
        };
        Ok(SendCmpct {
            high_bandwidth,
            version: reader.u64()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.u8(self.high_bandwidth.into());
        writer.u64(self.version);
        Ok(())
    }
}

impl Wire for CmpctBlock {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let header = Some(read_header_of_transactions(reader)?);
        let nonce = reader.u64()?;
        let short_ids = reader.list(SHORT_ID_BYTES, |reader| {
            let mut id = [0; 8];
            id[..SHORT_ID_BYTES].copy_from_slice(&reader.array::<SHORT_ID_BYTES>()?);
            Ok(u64::from_le_bytes(id))
        })?;
        let mut next = 0;
        let prefilled = reader.list(1 + SHORTEST_TRANSACTION_BYTES, |reader| {
            let index = read_index(reader, &mut next)?;
            Ok(PrefilledTransaction {
                index,
                transaction: Some(Transaction::read(reader)?),
            })
        })?;
        let count = short_ids.len() + prefilled.len();
        if count as u64 > MAX_INDEX {
            return Err(reader.error(Problem::TooManyTransactions { count }));
        }
        Ok(CmpctBlock {
            header,
            nonce,
            short_ids,
            prefilled,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        required(&self.header, "header")?.write(writer)?;
        writer.u64(self.nonce);
        writer.size(self.short_ids.len());
        for &id in &self.short_ids {
            let limit = (1 << (8 * SHORT_ID_BYTES)) - 1;
            if id > limit {
                return Err(EncodeError::TooLarge {
                    field: "short id",
                    value: id,
                    limit,
                });
            }
            writer.bytes(&id.to_le_bytes()[..SHORT_ID_BYTES]);
        }
        writer.size(self.prefilled.len());
        let mut next = 0;
        self.prefilled.iter().try_for_each(|prefilled| {
            write_index(prefilled.index, &mut next, writer)?;
            required(&prefilled.transaction, "prefilled transaction")?.write(writer)
        })
    }
}

impl Wire for GetBlockTxn {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let block_hash = reader.copied(32)?;
        let mut next = 0;
        let indexes = reader.list(1, |reader| read_index(reader, &mut next))?;
        Ok(GetBlockTxn {
            block_hash,
            indexes,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.hash("block hash", &self.block_hash)?;
        writer.size(self.indexes.len());
        let mut next = 0;
        self.indexes
            .iter()
            .try_for_each(|index| write_index(*index, &mut next, writer))
    }
}

impl Wire for BlockTxn {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(BlockTxn {
            block_hash: reader.copied(32)?,
            transactions: read_transactions(reader)?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.hash("block hash", &self.block_hash)?;
        write_transactions(&self.transactions, writer)
    }
}

/// A position, on the wire the difference to the lowest one possible.
fn read_index(reader: &mut Reader<'_>, next: &mut u64) -> Result<u32> {
    let start = reader.offset();
    // A size is below 2^25, so this cannot overflow.
    let index = *next + reader.size()? as u64;
    if index > MAX_INDEX {
        let problem = Problem::IndexTooLarge;
        return Err(super::error::DecodeError {
            problem,
            offset: start,
        });
    }
    *next = index + 1;
    Ok(index as u32)
}

fn write_index(index: u32, next: &mut u64, writer: &mut Writer) -> writer::Result {
    let value = u64::from(index);
    if value > MAX_INDEX {
        return Err(EncodeError::TooLarge {
            field: "index",
            value,
            limit: MAX_INDEX,
        });
    }
    let Some(difference) = value.checked_sub(*next) else {
        return Err(EncodeError::IndexOrder {
            index,
            previous: (*next - 1) as u32,
        });
    };
    writer.compact(difference);
    *next = value + 1;
    Ok(())
}
