//! getpeerinfo: what the node knows of each of its peers.

use peer_observer_event::{Payload, PeerInfo, PeerInfos};
use serde_json::value::RawValue;

use super::{ADDRESS_BYTES, USER_AGENT_BYTES};
use crate::method::{Method, Misread, Reply};
use crate::tolerant::{
    Object, WORD_BYTES, read, read_hex, read_list, read_numbers, read_objects, read_text,
    read_texts, set_other,
};

/// More peers than any node has; Core's `-maxconnections` is bounded by file descriptors.
const MOST_PEERS: usize = 16_384;
/// Core keeps at most 16 blocks in flight per peer (MAX_BLOCKS_IN_TRANSIT_PER_PEER).
const MOST_INFLIGHT: usize = 1024;
/// Core knows 7 permissions.
const MOST_PERMISSIONS: usize = 64;
/// Core counts by its own list of commands, 38 in version 31, and `*other*`.
const MOST_COMMANDS: usize = 256;
/// A command on the wire has 12 bytes (CMessageHeader::MESSAGE_TYPE_SIZE).
const COMMAND_BYTES: usize = 12;

pub(crate) const GETPEERINFO: Method = Method {
    name: "getpeerinfo",
    reply_limit_bytes: 32 << 20,
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::PeerInfos(PeerInfos {
        peers: read_objects(reply.result()?, MOST_PEERS)?,
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
    }))
}

impl Object for PeerInfo {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "id" => read(&mut self.peer_id, value),
            "addr" => read_text(&mut self.address, value, ADDRESS_BYTES),
            "addrbind" => read_text(&mut self.address_bind, value, ADDRESS_BYTES),
            "addrlocal" => read_text(&mut self.address_local, value, ADDRESS_BYTES),
            "network" => read_text(&mut self.network, value, WORD_BYTES),
            "mapped_as" => read(&mut self.mapped_as, value),
            "services" => read_hex(&mut self.services, value),
            // Says the same as `services`.
            "servicesnames" => true,
            "relaytxes" => read(&mut self.relay_transactions, value),
            "last_inv_sequence" => read(&mut self.last_inv_sequence, value),
            "inv_to_send" => read(&mut self.inv_to_send, value),
            "lastsend" => read(&mut self.last_send_unix_seconds, value),
            "lastrecv" => read(&mut self.last_receive_unix_seconds, value),
            "last_transaction" => read(&mut self.last_transaction_unix_seconds, value),
            "last_block" => read(&mut self.last_block_unix_seconds, value),
            "bytessent" => read(&mut self.sent_bytes, value),
            "bytesrecv" => read(&mut self.received_bytes, value),
            "conntime" => read(&mut self.opened_unix_seconds, value),
            "timeoffset" => read(&mut self.time_offset_seconds, value),
            "pingtime" => read(&mut self.ping_time_seconds, value),
            "minping" => read(&mut self.minimum_ping_seconds, value),
            "pingwait" => read(&mut self.ping_wait_seconds, value),
            "version" => read(&mut self.version, value),
            "subver" => read_text(&mut self.user_agent, value, USER_AGENT_BYTES),
            "inbound" => read(&mut self.inbound, value),
            "bip152_hb_to" => read(&mut self.high_bandwidth_to, value),
            "bip152_hb_from" => read(&mut self.high_bandwidth_from, value),
            "startingheight" => read(&mut self.starting_height, value),
            "presynced_headers" => read(&mut self.presynced_headers, value),
            "synced_headers" => read(&mut self.synced_headers, value),
            "synced_blocks" => read(&mut self.synced_blocks, value),
            "inflight" => read_list(&mut self.inflight_heights, value, MOST_INFLIGHT, |_| true),
            "addr_relay_enabled" => read(&mut self.address_relay_enabled, value),
            "addr_processed" => read(&mut self.addresses_processed, value),
            "addr_rate_limited" => read(&mut self.addresses_rate_limited, value),
            "permissions" => read_texts(&mut self.permissions, value, MOST_PERMISSIONS, WORD_BYTES),
            "minfeefilter" => read(&mut self.minimum_feerate_btc_per_kvb, value),
            "bytessent_per_msg" => {
                let slot = &mut self.sent_bytes_by_command;
                read_numbers(slot, value, MOST_COMMANDS, COMMAND_BYTES)
            }
            "bytesrecv_per_msg" => {
                let slot = &mut self.received_bytes_by_command;
                read_numbers(slot, value, MOST_COMMANDS, COMMAND_BYTES)
            }
            "connection_type" => read_text(&mut self.connection_type, value, WORD_BYTES),
            "transport_protocol_type" => read_text(&mut self.transport, value, WORD_BYTES),
            "session_id" => read_text(&mut self.session_id, value, WORD_BYTES),
            _ => false,
        }
    }

    set_other!();
}

#[cfg(test)]
mod tests;
