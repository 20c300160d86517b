//! Compact block filters (BIP157).

use peer_observer_event::{CFilter, CfCheckpt, CfHeaders, GetCFilters, GetCfCheckpt, GetCfHeaders};

use super::reader::{Reader, Result};
use super::wire::Wire;
use super::writer::{self, Writer};

macro_rules! range_requests {
    ($($message:ident),+) => {
        $(impl Wire for $message {
            fn read(reader: &mut Reader<'_>) -> Result<Self> {
                Ok($message {
                    filter_type: reader.u8()?.into(),
                    start_height: reader.u32()?,
                    stop_hash: reader.hash()?,
                })
            }

            fn write(&self, writer: &mut Writer) -> writer::Result {
                writer.narrow_u8("filter type", self.filter_type)?;
                writer.u32(self.start_height);
                writer.hash("stop hash", &self.stop_hash)
            }
        })+
    };
}

range_requests!(GetCFilters, GetCfHeaders);

impl Wire for CFilter {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(CFilter {
            filter_type: reader.u8()?.into(),
            block_hash: reader.hash()?,
            filter: reader.sized_bytes()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.narrow_u8("filter type", self.filter_type)?;
        writer.hash("block hash", &self.block_hash)?;
        writer.sized_bytes(&self.filter);
        Ok(())
    }
}

impl Wire for CfHeaders {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(CfHeaders {
            filter_type: reader.u8()?.into(),
            stop_hash: reader.hash()?,
            previous_filter_header_hash: reader.hash()?,
            filter_hashes: reader.hashes()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.narrow_u8("filter type", self.filter_type)?;
        writer.hash("stop hash", &self.stop_hash)?;
        writer.hash("previous filter header", &self.previous_filter_header_hash)?;
        writer.hashes("filter hash", &self.filter_hashes)
    }
}

impl Wire for GetCfCheckpt {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(GetCfCheckpt {
            filter_type: reader.u8()?.into(),
            stop_hash: reader.hash()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.narrow_u8("filter type", self.filter_type)?;
        writer.hash("stop hash", &self.stop_hash)
    }
}

impl Wire for CfCheckpt {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(CfCheckpt {
            filter_type: reader.u8()?.into(),
            stop_hash: reader.hash()?,
            filter_header_hashes: reader.hashes()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.narrow_u8("filter type", self.filter_type)?;
        writer.hash("stop hash", &self.stop_hash)?;
        writer.hashes("filter header", &self.filter_header_hashes)
    }
}
