//! P2P messages, and what they hold several times.

mod address;
mod header;
mod inventory;
mod message;
mod transaction;
mod version;

use peer_observer_event::{Body, Event, P2pMessage};

use super::Tables;
use crate::ExportError;
use crate::output::Output;

pub(crate) use address::{Addresses, push as push_addresses};
pub(crate) use header::{Headers, push as push_headers};
pub(crate) use inventory::{Inventory, push as push_inventory};
pub(crate) use message::Messages;
pub(crate) use transaction::Transactions;
pub(crate) use version::Versions;

/// The message and the parts of its body.
pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    message: &P2pMessage,
) -> Result<(), ExportError> {
    message::push(tables, output, event, message)?;
    let Some(body) = &message.body else {
        return Ok(());
    };
    let headers = &mut tables.p2p_header;
    let transactions = &mut tables.p2p_transaction;
    match body {
        Body::Inv(inv) => push_inventory(&mut tables.p2p_inventory, output, event, &inv.items),
        Body::Getdata(getdata) => {
            push_inventory(&mut tables.p2p_inventory, output, event, &getdata.items)
        }
        Body::Notfound(notfound) => {
            push_inventory(&mut tables.p2p_inventory, output, event, &notfound.items)
        }
        Body::Addr(addr) => push_addresses(&mut tables.p2p_address, output, event, &addr.entries),
        Body::Addrv2(addr) => push_addresses(&mut tables.p2p_address, output, event, &addr.entries),
        Body::Headers(message) => push_headers(headers, output, event, &message.headers),
        Body::Merkleblock(block) => push_headers(headers, output, event, &block.header),
        Body::Block(block) => {
            push_headers(headers, output, event, &block.header)?;
            let all = block.transactions.iter().zip(0..);
            transaction::push(transactions, output, event, all)
        }
        Body::Cmpctblock(block) => {
            push_headers(headers, output, event, &block.header)?;
            let prefilled = block.prefilled.iter().filter_map(|prefilled| {
                let transaction = prefilled.transaction.as_ref()?;
                Some((transaction, u64::from(prefilled.index)))
            });
            transaction::push(transactions, output, event, prefilled)
        }
        Body::Blocktxn(blocktxn) => {
            let all = blocktxn.transactions.iter().zip(0..);
            transaction::push(transactions, output, event, all)
        }
        Body::Tx(tx) => transaction::push(transactions, output, event, [(&**tx, 0)]),
        Body::Version(version) => version::push(&mut tables.p2p_version, output, event, version),
        _ => Ok(()),
    }
}
