//! An item of `inv`, `getdata` and `notfound`.
//!
//! The one message of the schema that is not generated: most of what a node
//! hears are these, 35 at a time, and a hash that stands in its place costs
//! neither memory of its own nor a reference count. On the bus and in archives
//! it has the form that the schema says.

use prost::DecodeError;
use prost::Message;
use prost::bytes::{Buf, BufMut};
use prost::encoding::{
    DecodeContext, WireType, check_wire_type, decode_varint, encode_key, encode_varint,
    encoded_len_varint, key_len, skip_field, uint32,
};

/// Numbers of the fields in the schema.
const TYPE: u32 = 1;
const HASH: u32 = 2;

const HASH_BYTES: usize = 32;

/// What a peer has, wants or does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct InventoryItem {
    /// As on the wire: 1 tx, 2 block, 3 filtered block, 4 compact block, 5 wtx,
    /// 0x40000001 witness tx, 0x40000002 witness block.
    pub r#type: u32,
    /// Hash of the transaction or block, in the order of the wire.
    pub hash: [u8; HASH_BYTES],
}

impl Message for InventoryItem {
    fn encode_raw(&self, buffer: &mut impl BufMut) {
        if self.r#type != 0 {
            uint32::encode(TYPE, &self.r#type, buffer);
        }
        encode_key(HASH, WireType::LengthDelimited, buffer);
        encode_varint(HASH_BYTES as u64, buffer);
        buffer.put_slice(&self.hash);
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buffer: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        match tag {
            TYPE => uint32::merge(wire_type, &mut self.r#type, buffer, context),
            HASH => {
                check_wire_type(WireType::LengthDelimited, wire_type)?;
                let length = decode_varint(buffer)?;
                if length != HASH_BYTES as u64 || buffer.remaining() < HASH_BYTES {
                    return Err(wrong_hash());
                }
                buffer.copy_to_slice(&mut self.hash);
                Ok(())
            }
            _ => skip_field(wire_type, tag, buffer, context),
        }
    }

    fn encoded_len(&self) -> usize {
        let type_bytes = match self.r#type {
            0 => 0,
            other => uint32::encoded_len(TYPE, &other),
        };
        type_bytes + key_len(HASH) + encoded_len_varint(HASH_BYTES as u64) + HASH_BYTES
    }

    fn clear(&mut self) {
        *self = InventoryItem::default();
    }
}

#[expect(
    deprecated,
    reason = "a message written by hand has no other way to an error"
)]
#[cold]
fn wrong_hash() -> DecodeError {
    DecodeError::new("an inventory item's hash has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What prost makes of the schema's message.
    #[derive(Clone, PartialEq, Message)]
    struct Generated {
        #[prost(uint32, tag = "1")]
        r#type: u32,
        #[prost(bytes = "vec", tag = "2")]
        hash: Vec<u8>,
    }

    #[test]
    fn has_the_form_of_the_schema() {
        for r#type in [0, 1, 5, 0x4000_0001, u32::MAX] {
            let generated = Generated {
                r#type,
                hash: (0..32).collect(),
            };
            let bytes = generated.encode_to_vec();
            let item = InventoryItem::decode(&*bytes).expect("an item");
            assert_eq!((item.r#type, &item.hash[..]), (r#type, &*generated.hash));
            assert_eq!(item.encode_to_vec(), bytes);
            assert_eq!(item.encoded_len(), bytes.len());
        }
    }

    #[test]
    fn skips_fields_of_later_versions() {
        let mut bytes = InventoryItem::default().encode_to_vec();
        bytes.extend([3 << 3, 7]);
        assert_eq!(InventoryItem::decode(&*bytes), Ok(InventoryItem::default()));
    }

    #[test]
    fn a_hash_of_another_length_is_an_error() {
        for length in [1, 31, 33] {
            let hash = vec![1; length];
            let bytes = Generated { r#type: 1, hash }.encode_to_vec();
            assert!(InventoryItem::decode(&*bytes).is_err(), "{length}");
            let cut = &bytes[..bytes.len() - 1];
            assert!(InventoryItem::decode(cut).is_err(), "{length}, cut");
        }
    }
}
