//! The UTXO cache.

use peer_observer_event::{Event, Payload};

use super::Tables;
use crate::ExportError;
use crate::column::{Count, Flag, Hash, Integer, Maybe, Word};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// What happens to the UTXO cache.
    Changes, ChangeRow {
        /// `added`, `spent`, `uncached`, `flushed`.
        event: Word,
        /// Of the transaction that made the coin; NULL for `flushed`, as are all columns to `coinbase`.
        txid: Hash,
        /// Which output of the transaction.
        index: Maybe<Count>,
        /// Of the block with the transaction.
        height: Maybe<Count>,
        /// The coin's value.
        value_sat: Maybe<Integer>,
        /// Made by a coinbase transaction?
        coinbase: Maybe<Flag>,
        /// Of `flushed`: how long it took.
        duration_us: Maybe<Count>,
        /// Of `flushed`: Core's FlushStateMode.
        mode: Maybe<Count>,
        /// Of `flushed`: coins in the cache.
        coins_count: Maybe<Count>,
        /// Of `flushed`: memory that they took.
        coins_memory_bytes: Maybe<Count>,
        /// Of `flushed`: so that blocks can be pruned?
        for_prune: Maybe<Flag>,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    payload: &Payload,
) -> Result<(), ExportError> {
    /// The row of a coin: the three messages have the same fields.
    macro_rules! coin {
        ($word:literal, $coin:ident) => {
            ChangeRow {
                event: $word,
                txid: &$coin.txid,
                index: Some($coin.index.into()),
                height: Some($coin.height.into()),
                value_sat: Some($coin.value_sat),
                coinbase: Some($coin.coinbase),
                ..ChangeRow::default()
            }
        };
    }
    let row = match payload {
        Payload::UtxoAdded(added) => coin!("added", added),
        Payload::UtxoSpent(spent) => coin!("spent", spent),
        Payload::UtxoUncached(uncached) => coin!("uncached", uncached),
        Payload::UtxoCacheFlushed(flushed) => ChangeRow {
            event: "flushed",
            duration_us: Some(flushed.duration_us),
            mode: Some(flushed.mode.into()),
            coins_count: Some(flushed.coins_count),
            coins_memory_bytes: Some(flushed.coins_memory_bytes),
            for_prune: Some(flushed.for_prune),
            ..ChangeRow::default()
        },
        _ => return Ok(()),
    };
    tables.utxocache.push(output, event, row)
}
