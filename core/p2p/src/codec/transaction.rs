//! Transactions: walked, measured and hashed in place, never taken apart.

use peer_observer_event::Transaction;

use super::EncodeError;
use super::error::Problem;
use super::reader::{Reader, Result, double_sha256};
use super::wire::Wire;
use super::writer::{self, Writer};

/// Version, no inputs, no outputs, lock time.
pub(super) const SHORTEST_TRANSACTION_BYTES: usize = 4 + 1 + 1 + 4;
/// Outpoint, empty script, sequence.
const SHORTEST_INPUT_BYTES: usize = 32 + 4 + 1 + 4;
/// Value, empty script.
const SHORTEST_OUTPUT_BYTES: usize = 8 + 1;

/// The only flag of the extended format (BIP144): there is a witness.
const WITNESS_FLAG: u8 = 1;

/// Inputs and outputs, the part that both formats have in common.
struct Core {
    input_count: usize,
    output_count: usize,
    output_sat: Option<u64>,
}

impl Core {
    const EMPTY: Core = Core {
        input_count: 0,
        output_count: 0,
        output_sat: Some(0),
    };
}

impl Wire for Transaction {
    /// Accepts and refuses what Core's UnserializeTransaction does.
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let start = reader.offset();
        reader.skip(4)?;
        // No inputs: either so, or the marker of the extended format.
        let has_marker = reader.peek() == Some(0);
        let flags = if has_marker {
            reader.array::<2>()?[1]
        } else {
            0
        };
        let core_start = if flags == 0 {
            start + 4
        } else {
            reader.offset()
        };
        let core = if has_marker && flags == 0 {
            Core::EMPTY
        } else {
            read_core(reader)?
        };
        let core_end = reader.offset();
        if flags & WITNESS_FLAG != 0 {
            read_witness(reader, core.input_count)?;
        }
        if flags & !WITNESS_FLAG != 0 {
            return Err(reader.error(Problem::UnknownTransactionFlags { flags }));
        }
        reader.skip(4)?;
        let end = reader.offset();

        let whole = reader.piece(start, end);
        let wtxid = reader.keep_hash(double_sha256(&[whole]));
        let (txid, stripped_bytes) = if flags == 0 {
            (wtxid.clone(), whole.len())
        } else {
            let core = reader.piece(core_start, core_end);
            let hash = double_sha256(&[&whole[..4], core, &whole[whole.len() - 4..]]);
            (reader.keep_hash(hash), 4 + core.len() + 4)
        };
        let raw = reader.keeps_everything().then(|| reader.kept(start, end));
        Ok(Transaction {
            txid,
            wtxid,
            // None of these comes near its type's limit: a payload is far smaller.
            size_bytes: whole.len() as u32,
            weight: (stripped_bytes * 3 + whole.len()) as u32,
            input_count: core.input_count as u32,
            output_count: core.output_count as u32,
            output_sat: core.output_sat,
            raw,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.bytes(
            self.raw
                .as_ref()
                .ok_or(EncodeError::TransactionWithoutRaw)?,
        );
        Ok(())
    }
}

fn read_core(reader: &mut Reader<'_>) -> Result<Core> {
    let input_count = reader.count(SHORTEST_INPUT_BYTES)?;
    for _ in 0..input_count {
        reader.skip(32 + 4)?;
        skip_sized(reader)?;
        reader.skip(4)?;
    }
    let output_count = reader.count(SHORTEST_OUTPUT_BYTES)?;
    let mut output_sat = Some(0_u64);
    for _ in 0..output_count {
        // Negative on the wire is no amount either.
        let value = u64::try_from(reader.i64()?).ok();
        output_sat = output_sat
            .zip(value)
            .and_then(|(sum, value)| sum.checked_add(value));
        skip_sized(reader)?;
    }
    Ok(Core {
        input_count,
        output_count,
        output_sat,
    })
}

fn read_witness(reader: &mut Reader<'_>, input_count: usize) -> Result<()> {
    let mut is_empty = true;
    for _ in 0..input_count {
        let item_count = reader.count(1)?;
        is_empty &= item_count == 0;
        for _ in 0..item_count {
            skip_sized(reader)?;
        }
    }
    if is_empty {
        return Err(reader.error(Problem::EmptyWitness));
    }
    Ok(())
}

fn skip_sized(reader: &mut Reader<'_>) -> Result<()> {
    let length = reader.size()?;
    reader.skip(length)
}

/// A count and as many transactions.
pub(super) fn read_transactions(reader: &mut Reader<'_>) -> Result<Vec<Transaction>> {
    reader.list(SHORTEST_TRANSACTION_BYTES, Transaction::read)
}

pub(super) fn write_transactions(
    transactions: &[Transaction],
    writer: &mut Writer,
) -> writer::Result {
    writer.size(transactions.len());
    transactions
        .iter()
        .try_for_each(|transaction| transaction.write(writer))
}
