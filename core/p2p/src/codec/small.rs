//! Messages without content or with a few numbers: nothing here allocates.

use peer_observer_event::{
    FeeFilter, FilterClear, GetAddr, Mempool, Ping, Pong, SendAddrV2, SendHeaders, SendTxRcncl,
    Verack, WtxidRelay,
};

use super::reader::{Reader, Result};
use super::wire::Wire;
use super::writer::{self, Writer};

macro_rules! empty {
    ($($message:ident),+) => {
        $(impl Wire for $message {
            fn read(_: &mut Reader<'_>) -> Result<Self> {
                Ok($message {})
            }

            fn write(&self, _: &mut Writer) -> writer::Result {
                Ok(())
            }
        })+
    };
}

empty!(
    Verack,
    SendAddrV2,
    SendHeaders,
    GetAddr,
    Mempool,
    FilterClear,
    WtxidRelay
);

impl Wire for Ping {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        // Before BIP31 there was no nonce.
        if reader.remaining() == 0 {
            return Ok(Ping { nonce: None });
        }
        Ok(Ping {
            nonce: Some(reader.u64()?),
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        if let Some(nonce) = self.nonce {
            writer.u64(nonce);
        }
        Ok(())
    }
}

impl Wire for Pong {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Pong {
            nonce: reader.u64()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.u64(self.nonce);
        Ok(())
    }
}

impl Wire for FeeFilter {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(FeeFilter {
            feerate_sat_per_kvb: reader.i64()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.i64(self.feerate_sat_per_kvb);
        Ok(())
    }
}

impl Wire for SendTxRcncl {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(SendTxRcncl {
            version: reader.u32()?,
            salt: reader.u64()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.u32(self.version);
        writer.u64(self.salt);
        Ok(())
    }
}
