//! getmempoolinfo: how large the mempool is, and its limits.

use peer_observer_event::{MempoolInfo, Payload};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, read, set_other};

pub(crate) const GETMEMPOOLINFO: Method = Method {
    name: "getmempoolinfo",
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::MempoolInfo(Box::new(MempoolInfo {
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        ..reply.object()?
    })))
}

impl Object for MempoolInfo {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "loaded" => read(&mut self.loaded, value),
            "size" => read(&mut self.transaction_count, value),
            "bytes" => read(&mut self.transactions_vbytes, value),
            "usage" => read(&mut self.memory_bytes, value),
            "total_fee" => read(&mut self.total_fee_btc, value),
            "maxmempool" => read(&mut self.maximum_memory_bytes, value),
            "mempoolminfee" => read(&mut self.minimum_feerate_btc_per_kvb, value),
            "minrelaytxfee" => read(&mut self.minimum_relay_feerate_btc_per_kvb, value),
            "incrementalrelayfee" => read(&mut self.incremental_relay_feerate_btc_per_kvb, value),
            "unbroadcastcount" => read(&mut self.unbroadcast_count, value),
            "fullrbf" => read(&mut self.full_rbf, value),
            "permitbaremultisig" => read(&mut self.permit_bare_multisig, value),
            "maxdatacarriersize" => read(&mut self.maximum_datacarrier_bytes, value),
            "limitclustercount" => read(&mut self.maximum_cluster_count, value),
            "limitclustersize" => read(&mut self.maximum_cluster_vbytes, value),
            "optimal" => read(&mut self.optimal, value),
            _ => false,
        }
    }

    set_other!();
}
