//! `inv`, `getdata`, `notfound`: lists of what there is, is wanted, is not there.

use peer_observer_event::{GetData, Inv, InventoryItem, NotFound};

use super::reader::{Reader, Result};
use super::wire::Wire;
use super::writer::{self, Writer};

/// Type and hash.
const ITEM_BYTES: usize = 36;

fn read_items(reader: &mut Reader<'_>) -> Result<Vec<InventoryItem>> {
    reader.plain_list(|[a, b, c, d, hash @ ..]: &[u8; ITEM_BYTES]| InventoryItem {
        r#type: u32::from_le_bytes([*a, *b, *c, *d]),
        hash: *hash,
    })
}

fn write_items(items: &[InventoryItem], writer: &mut Writer) -> writer::Result {
    writer.size(items.len());
    for item in items {
        writer.u32(item.r#type);
        writer.bytes(&item.hash);
    }
    Ok(())
}

macro_rules! inventories {
    ($($message:ident),+) => {
        $(impl Wire for $message {
            fn read(reader: &mut Reader<'_>) -> Result<Self> {
                Ok($message { items: read_items(reader)? })
            }

            fn write(&self, writer: &mut Writer) -> writer::Result {
                write_items(&self.items, writer)
            }
        })+
    };
}

inventories!(Inv, GetData, NotFound);
