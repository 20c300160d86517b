//! Which message type has which body.

use peer_observer_event::Body;

use super::reader::{self, Reader};
use super::wire::Wire;
use super::writer::{self, Writer};

/// Declares both directions from one table.
macro_rules! bodies {
    ($($command:literal => $variant:ident),+ $(,)?) => {
        /// The body of a message of this type; `None` where the type has no decoder.
        pub(super) fn read_body(
            command: &str,
            reader: &mut Reader<'_>,
        ) -> reader::Result<Option<Body>> {
            Ok(Some(match command {
                $($command => Body::$variant(Wire::read(reader)?),)+
                _ => return Ok(None),
            }))
        }

        pub(super) fn write_body(body: &Body, writer: &mut Writer) -> writer::Result {
            match body {
                $(Body::$variant(message) => message.write(writer),)+
                Body::Unknown(unknown) => {
                    writer.bytes(&unknown.first_bytes);
                    Ok(())
                }
                Body::Undecodable(undecodable) => {
                    writer.bytes(&undecodable.first_bytes);
                    Ok(())
                }
            }
        }
    };
}

bodies! {
    "version" => Version,
    "verack" => Verack,
    "addr" => Addr,
    "addrv2" => Addrv2,
    "sendaddrv2" => Sendaddrv2,
    "inv" => Inv,
    "getdata" => Getdata,
    "notfound" => Notfound,
    "getblocks" => Getblocks,
    "getheaders" => Getheaders,
    "headers" => Headers,
    "sendheaders" => Sendheaders,
    "tx" => Tx,
    "block" => Block,
    "getaddr" => Getaddr,
    "mempool" => Mempool,
    "ping" => Ping,
    "pong" => Pong,
    "feefilter" => Feefilter,
    "sendcmpct" => Sendcmpct,
    "cmpctblock" => Cmpctblock,
    "getblocktxn" => Getblocktxn,
    "blocktxn" => Blocktxn,
    "merkleblock" => Merkleblock,
    "filterload" => Filterload,
    "filteradd" => Filteradd,
    "filterclear" => Filterclear,
    "getcfilters" => Getcfilters,
    "cfilter" => Cfilter,
    "getcfheaders" => Getcfheaders,
    "cfheaders" => Cfheaders,
    "getcfcheckpt" => Getcfcheckpt,
    "cfcheckpt" => Cfcheckpt,
    "wtxidrelay" => Wtxidrelay,
    "sendtxrcncl" => Sendtxrcncl,
    "feature" => Feature,
    "reject" => Reject,
    "alert" => Alert,
}
