//! getnetworkinfo: the networks that the node uses, and what it offers there.

use peer_observer_event::{LocalAddress, NetworkInfo, NetworkState, Payload};
use serde_json::value::RawValue;

use super::{ADDRESS_BYTES, USER_AGENT_BYTES};
use crate::method::{Method, Misread, Reply};
use crate::tolerant::{
    Object, WORD_BYTES, read, read_hex, read_nested_list, read_text, read_warnings, set_other,
};

/// Core has 5.
const MOST_NETWORKS: usize = 64;
/// A host has some; each -externalip= adds one.
const MOST_LOCAL_ADDRESSES: usize = 1024;
/// An address, or the path of a Unix socket.
const PROXY_BYTES: usize = 512;

pub(crate) const GETNETWORKINFO: Method = Method {
    name: "getnetworkinfo",
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::NetworkInfo(Box::new(NetworkInfo {
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        ..reply.object()?
    })))
}

impl Object for NetworkInfo {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "version" => read(&mut self.version, value),
            "subversion" => read_text(&mut self.user_agent, value, USER_AGENT_BYTES),
            "protocolversion" => read(&mut self.protocol_version, value),
            "localservices" => read_hex(&mut self.services, value),
            // Says the same as `localservices`.
            "localservicesnames" => true,
            "localrelay" => read(&mut self.relay_transactions, value),
            "timeoffset" => read(&mut self.time_offset_seconds, value),
            "connections" => read(&mut self.connections, value),
            "connections_in" => read(&mut self.inbound_connections, value),
            "connections_out" => read(&mut self.outbound_connections, value),
            "networkactive" => read(&mut self.network_active, value),
            "networks" => read_nested_list(&mut self.networks, value, MOST_NETWORKS),
            "relayfee" => read(&mut self.minimum_relay_feerate_btc_per_kvb, value),
            "incrementalfee" => read(&mut self.incremental_relay_feerate_btc_per_kvb, value),
            "localaddresses" => {
                read_nested_list(&mut self.local_addresses, value, MOST_LOCAL_ADDRESSES)
            }
            "warnings" => read_warnings(&mut self.warnings, value),
            _ => false,
        }
    }

    set_other!();
}

impl Object for NetworkState {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "name" => read_text(&mut self.network, value, WORD_BYTES),
            "limited" => read(&mut self.limited, value),
            "reachable" => read(&mut self.reachable, value),
            "proxy" => read_text(&mut self.proxy, value, PROXY_BYTES),
            "proxy_randomize_credentials" => read(&mut self.proxy_randomize_credentials, value),
            _ => false,
        }
    }

    set_other!();
}

impl Object for LocalAddress {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "address" => read_text(&mut self.address, value, ADDRESS_BYTES),
            "port" => read(&mut self.port, value),
            "score" => read(&mut self.score, value),
            _ => false,
        }
    }

    set_other!();
}
