//! Bloom filters (BIP37).

use peer_observer_event::{BlockHeader, FilterAdd, FilterLoad, MerkleBlock};

use super::reader::{Reader, Result};
use super::wire::{Wire, required};
use super::writer::{self, Writer};

impl Wire for MerkleBlock {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(MerkleBlock {
            header: Some(BlockHeader::read(reader)?),
            transaction_count: reader.u32()?,
            hashes: reader.hashes()?,
            flags: reader.sized_bytes()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        required(&self.header, "header")?.write(writer)?;
        writer.u32(self.transaction_count);
        writer.hashes("hash", &self.hashes)?;
        writer.sized_bytes(&self.flags);
        Ok(())
    }
}

impl Wire for FilterLoad {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(FilterLoad {
            filter: reader.sized_bytes()?,
            hash_functions: reader.u32()?,
            tweak: reader.u32()?,
            flags: reader.u8()?.into(),
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.sized_bytes(&self.filter);
        writer.u32(self.hash_functions);
        writer.u32(self.tweak);
        writer.narrow_u8("flags", self.flags)
    }
}

impl Wire for FilterAdd {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(FilterAdd {
            data: reader.sized_bytes()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.sized_bytes(&self.data);
        Ok(())
    }
}
