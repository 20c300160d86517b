//! Block headers in messages.

use peer_observer_event::{BlockHeader, Event};

use crate::ExportError;
use crate::column::{Count, Hash, Integer};
use crate::columns::columns;
use crate::output::Output;
use crate::table::Table;
use crate::tables::envelope::MessageKey;

columns! {
    /// Block headers.
    Headers, HeaderRow {
        /// Place in the message, from 0.
        position: Count,
        /// The block's.
        hash: Hash,
        /// The block's version.
        version: Integer,
        /// The block before.
        previous_block_hash: Hash,
        /// Of the block's transactions.
        merkle_root_hash: Hash,
        /// As the miner says.
        time_unix_seconds: Count,
        /// Compact form of the target.
        bits: Count,
        /// The header's nonce.
        nonce: Count,
    }
}

pub(crate) fn push<'a>(
    table: &mut Table<MessageKey, Headers>,
    output: &mut Output,
    event: &Event,
    headers: impl IntoIterator<Item = &'a BlockHeader>,
) -> Result<(), ExportError> {
    for (position, header) in (0..).zip(headers) {
        let row = HeaderRow {
            position,
            hash: &header.hash,
            version: header.version.into(),
            previous_block_hash: &header.previous_block_hash,
            merkle_root_hash: &header.merkle_root_hash,
            time_unix_seconds: header.time_unix_seconds.into(),
            bits: header.bits.into(),
            nonce: header.nonce.into(),
        };
        table.push(output, event, row)?;
    }
    Ok(())
}
