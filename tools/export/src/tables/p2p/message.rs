//! Messages themselves: one row each.

use peer_observer_event::{Body, Event, P2pMessage};

use crate::ExportError;
use crate::column::{Blob, Count, Flag, Hash, Integer, Maybe, Text, Unsigned, Word};
use crate::columns::columns;
use crate::output::Output;
use crate::tables::Tables;
use crate::tables::address::{network_word, split};
use crate::tables::json::json;

columns! {
    /// P2P messages.
    Messages, MessageRow {
        /// The peer, by the node's number for it.
        peer_id: Count,
        /// The peer as the node names it: address and port, or the host name of `-addnode`.
        address: Text,
        /// The end of `address` is missing.
        address_cut: Flag,
        /// What `address` has before the port, without brackets.
        host: Text,
        /// The port in `address`.
        port: Maybe<Count>,
        /// The peer's network, where it is known: `ipv4`, `ipv6`, `onion`, `i2p`, `cjdns`,
        /// `not_publicly_routable`. Never guessed from the address.
        network: Maybe<Word>,
        /// `inbound`, `outbound-full-relay`, `block-relay-only`, `manual`, `feeler`,
        /// `addr-fetch`, `private-broadcast`, `other`.
        connection_type: Word,
        /// As the node sees it: `inbound`, `outbound`.
        direction: Word,
        /// The message's type as on the wire. Chosen by the peer.
        command: Text,
        /// Size of the whole payload, without the transport's framing.
        payload_bytes: Count,
        /// Why the recording has not all of the message: `setting`, `ring_full`, `read_fault`,
        /// `too_large`, `subscription`.
        cut_reason: Maybe<Word>,
        /// From how many bytes of the payload the rest of the row was made, where it was cut.
        kept_bytes: Maybe<Count>,
        /// Bytes left over behind the decoded message.
        trailing_bytes: Maybe<Count>,
        /// The message's type where it was decoded, else `unknown` or `undecodable`; NULL where
        /// nothing was kept.
        body: Maybe<Word>,
        /// How many things the message lists: entries, headers, transactions (in a `cmpctblock`
        /// short ids and whole ones together), positions, locators, filters.
        entries: Maybe<Count>,
        /// Of `ping`, `pong` and `cmpctblock`.
        nonce: Maybe<Unsigned>,
        /// The block that `block`, `cmpctblock`, `merkleblock`, `getblocktxn`, `blocktxn` or
        /// `cfilter` is about.
        block_hash: Hash,
        /// Of `feefilter`.
        feerate_sat_per_kvb: Maybe<Integer>,
        /// Of `sendcmpct`: send compact blocks unasked?
        high_bandwidth: Maybe<Flag>,
        /// What is wrong with an undecodable message.
        error: Maybe<Text>,
        /// Where in the payload it is, in bytes.
        error_offset: Maybe<Count>,
        /// The first bytes of an unknown or undecodable message.
        first_bytes: Maybe<Blob>,
        /// Bodies that are neither in these columns nor in a table of their own, in JSON.
        body_json: Maybe<Text>,
    }
}

/// The message, without what its body holds several times.
pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    message: &P2pMessage,
) -> Result<(), ExportError> {
    let (host, port) = match message.address_cut {
        true => (&*message.address, None),
        false => split(&message.address),
    };
    let mut row = MessageRow {
        peer_id: message.peer_id,
        address: &message.address,
        address_cut: message.address_cut,
        host,
        port,
        network: message.network.map(network_word),
        connection_type: message.connection_type().word(),
        direction: message.direction().word(),
        command: &message.command,
        payload_bytes: message.payload_bytes,
        cut_reason: message.cut.as_ref().map(|cut| cut.reason().word()),
        kept_bytes: message.cut.as_ref().map(|cut| cut.kept_bytes),
        trailing_bytes: message.trailing_bytes,
        ..MessageRow::default()
    };
    let mut body_json = None;
    if let Some(body) = &message.body {
        row.body = Some(body.word());
        describe(&mut row, body);
        body_json = needs_json(body).then(|| json(body));
    }
    row.body_json = body_json.as_deref();
    tables.p2p_message.push(output, event, row)
}

/// What the row says of the body.
fn describe<'a>(row: &mut MessageRow<'a>, body: &'a Body) {
    row.entries = entries(body).map(|entries| entries as u64);
    match body {
        Body::Ping(ping) => row.nonce = ping.nonce,
        Body::Pong(pong) => row.nonce = Some(pong.nonce),
        Body::Feefilter(filter) => row.feerate_sat_per_kvb = Some(filter.feerate_sat_per_kvb),
        Body::Sendcmpct(sendcmpct) => row.high_bandwidth = Some(sendcmpct.high_bandwidth),
        Body::Block(block) => row.block_hash = hash_of(&block.header),
        Body::Cmpctblock(block) => {
            row.block_hash = hash_of(&block.header);
            row.nonce = Some(block.nonce);
        }
        Body::Merkleblock(block) => row.block_hash = hash_of(&block.header),
        Body::Getblocktxn(request) => row.block_hash = &request.block_hash,
        Body::Blocktxn(blocktxn) => row.block_hash = &blocktxn.block_hash,
        Body::Cfilter(filter) => row.block_hash = &filter.block_hash,
        Body::Unknown(unknown) => row.first_bytes = Some(&unknown.first_bytes),
        Body::Undecodable(undecodable) => {
            row.error = Some(&undecodable.error);
            row.error_offset = Some(undecodable.offset);
            row.first_bytes = Some(&undecodable.first_bytes);
        }
        _ => {}
    }
}

fn hash_of(header: &Option<peer_observer_event::BlockHeader>) -> &[u8] {
    header.as_ref().map_or(&[], |header| &header.hash)
}

fn entries(body: &Body) -> Option<usize> {
    Some(match body {
        Body::Addr(addr) => addr.entries.len(),
        Body::Addrv2(addr) => addr.entries.len(),
        Body::Inv(inv) => inv.items.len(),
        Body::Getdata(getdata) => getdata.items.len(),
        Body::Notfound(notfound) => notfound.items.len(),
        Body::Getblocks(request) => request.locator_hashes.len(),
        Body::Getheaders(request) => request.locator_hashes.len(),
        Body::Headers(headers) => headers.headers.len(),
        Body::Block(block) => block.transactions.len(),
        Body::Cmpctblock(block) => block.short_ids.len() + block.prefilled.len(),
        Body::Getblocktxn(request) => request.indexes.len(),
        Body::Blocktxn(blocktxn) => blocktxn.transactions.len(),
        Body::Cfheaders(headers) => headers.filter_hashes.len(),
        Body::Cfcheckpt(checkpoints) => checkpoints.filter_header_hashes.len(),
        _ => return None,
    })
}

/// Does the body say something that has no place elsewhere?
fn needs_json(body: &Body) -> bool {
    match body {
        Body::Getblocks(_)
        | Body::Getheaders(_)
        | Body::Sendcmpct(_)
        | Body::Getblocktxn(_)
        | Body::Merkleblock(_)
        | Body::Filterload(_)
        | Body::Filteradd(_)
        | Body::Getcfilters(_)
        | Body::Cfilter(_)
        | Body::Getcfheaders(_)
        | Body::Cfheaders(_)
        | Body::Getcfcheckpt(_)
        | Body::Cfcheckpt(_)
        | Body::Sendtxrcncl(_)
        | Body::Feature(_)
        | Body::Reject(_)
        | Body::Alert(_) => true,
        // In columns, in tables of their own, or empty. Of a compact block, the short
        // ids are left out: they say nothing without the block.
        Body::Version(_)
        | Body::Verack(_)
        | Body::Addr(_)
        | Body::Addrv2(_)
        | Body::Sendaddrv2(_)
        | Body::Inv(_)
        | Body::Getdata(_)
        | Body::Notfound(_)
        | Body::Headers(_)
        | Body::Sendheaders(_)
        | Body::Tx(_)
        | Body::Block(_)
        | Body::Getaddr(_)
        | Body::Mempool(_)
        | Body::Ping(_)
        | Body::Pong(_)
        | Body::Feefilter(_)
        | Body::Cmpctblock(_)
        | Body::Blocktxn(_)
        | Body::Filterclear(_)
        | Body::Wtxidrelay(_)
        | Body::Unknown(_)
        | Body::Undecodable(_) => false,
    }
}
