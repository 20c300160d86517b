//! Payloads of messages, as bytes: hostile ones have no other form.

use bitcoin::block::Header;
use bitcoin::consensus::{self, Encodable};
use bitcoin::hashes::Hash;
use bitcoin::{Block, BlockHash, Transaction, VarInt};

/// Inventory types (protocol.h; BIP144, BIP339).
pub(super) const TX: u32 = 1;
pub(super) const BLOCK: u32 = 2;
pub(super) const FILTERED_BLOCK: u32 = 3;
pub(super) const COMPACT_BLOCK: u32 = 4;
pub(super) const WTX: u32 = 5;
pub(super) const WITNESS: u32 = 1 << 30;

/// A count, as CompactSize.
pub(super) fn count(count: u64) -> Vec<u8> {
    consensus::serialize(&VarInt(count))
}

/// `inv`, `getdata`, `notfound`: all items of one type.
pub(super) fn inventory(kind: u32, hashes: &[[u8; 32]]) -> Vec<u8> {
    let mut payload = count(hashes.len() as u64);
    for hash in hashes {
        payload.extend(kind.to_le_bytes());
        payload.extend(hash);
    }
    payload
}

/// `getblocks`, `getheaders`.
pub(super) fn locator(hashes: &[[u8; 32]], stop: [u8; 32]) -> Vec<u8> {
    let mut payload = 70_016i32.to_le_bytes().to_vec();
    payload.extend(count(hashes.len() as u64));
    payload.extend(hashes.iter().flatten());
    payload.extend(stop);
    payload
}

/// `headers`.
pub(super) fn headers(headers: &[Header]) -> Vec<u8> {
    let mut payload = count(headers.len() as u64);
    for header in headers {
        payload.extend(consensus::serialize(header));
        payload.push(0);
    }
    payload
}

/// `getcfilters`, `getcfheaders`.
pub(super) fn filters(kind: u8, start: u32, stop: BlockHash) -> Vec<u8> {
    let mut payload = vec![kind];
    payload.extend(start.to_le_bytes());
    payload.extend(stop.to_byte_array());
    payload
}

/// `getblocktxn`: differentially encoded indexes.
pub(super) fn block_transactions_request(block: BlockHash, indexes: &[u64]) -> Vec<u8> {
    let mut payload = block.to_byte_array().to_vec();
    payload.extend(count(indexes.len() as u64));
    payload.extend(indexes.iter().flat_map(|index| count(*index)));
    payload
}

/// `blocktxn`.
pub(super) fn block_transactions(block: BlockHash, transactions: &[Transaction]) -> Vec<u8> {
    let mut payload = block.to_byte_array().to_vec();
    payload.extend(count(transactions.len() as u64));
    for transaction in transactions {
        payload.extend(consensus::serialize(transaction));
    }
    payload
}

/// `cmpctblock`, with the coinbase prefilled.
pub(super) fn compact_block(block: &Block) -> anyhow::Result<Vec<u8>> {
    let compact = bitcoin::bip152::HeaderAndShortIds::from_block(block, rand::random(), 2, &[])?;
    let mut payload = Vec::new();
    compact.consensus_encode(&mut payload)?;
    Ok(payload)
}

/// Finds a nonce with which the header has (or has not) regtest's proof of work.
pub(super) fn grind(header: &mut Header, is_valid: bool) {
    while header.validate_pow(header.target()).is_ok() != is_valid {
        header.nonce = header.nonce.wrapping_add(1);
    }
}
