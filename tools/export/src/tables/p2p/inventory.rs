//! Entries of `inv`, `getdata` and `notfound`.

use peer_observer_event::{Event, InventoryItem, inventory_type_word};

use crate::ExportError;
use crate::column::{Count, Hash, Text};
use crate::columns::columns;
use crate::output::Output;
use crate::table::Table;
use crate::tables::envelope::MessageKey;

columns! {
    /// Entries of `inv`, `getdata` and `notfound`.
    Inventory, InventoryRow {
        /// Place in the message, from 0.
        position: Count,
        /// `tx`, `wtx`, `block`, `filtered_block`, `compact_block`, `witness_tx`,
        /// `witness_block`, or the number of a type that nobody knows.
        item_type: Text,
        /// Of the transaction or block: for `wtx` the wtxid, for the others the txid or block hash.
        hash: Hash,
    }
}

pub(crate) fn push(
    table: &mut Table<MessageKey, Inventory>,
    output: &mut Output,
    event: &Event,
    items: &[InventoryItem],
) -> Result<(), ExportError> {
    for (position, item) in (0..).zip(items) {
        let number;
        let item_type = match inventory_type_word(item.r#type) {
            Some(word) => word,
            None => {
                number = item.r#type.to_string();
                &number
            }
        };
        let row = InventoryRow {
            position,
            item_type,
            hash: &item.hash,
        };
        table.push(output, event, row)?;
    }
    Ok(())
}
