//! Messages with headers and transactions.

use peer_observer_event::{
    Block, BlockHeader, BlockTxn, Body, CFilter, CfCheckpt, CfHeaders, CmpctBlock, GetBlockTxn,
    Headers, Keep, MerkleBlock, PrefilledTransaction, Transaction,
};
use peer_observer_p2p::codec;

use crate::messages::{Case, converted, message};
use crate::old::message::{self as old, Msg};
use crate::old::primitives;
use crate::support::hash;

/// A transaction with a witness: one input, two outputs.
fn raw_transaction() -> Vec<u8> {
    let mut raw = vec![2, 0, 0, 0, 0, 1, 1];
    raw.extend(hash(1));
    raw.extend([0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 2]);
    for value in [5_000_u64, 700] {
        raw.extend(value.to_le_bytes());
        raw.extend([2, 0x51, 0x51]);
    }
    raw.extend([1, 3, 9, 9, 9, 0, 0, 0, 0]);
    raw
}

fn transaction() -> (primitives::Transaction, Transaction) {
    let raw = raw_transaction();
    let Some(Body::Tx(ours)) = codec::decode("tx", &raw, Keep::Full).body else {
        panic!("no transaction");
    };
    let theirs = primitives::Transaction {
        txid: ours.txid.to_vec(),
        wtxid: ours.wtxid.to_vec(),
        raw: Some(raw),
    };
    (theirs, *ours)
}

pub(crate) fn header() -> (BlockHeader, primitives::BlockHeader) {
    let ours = BlockHeader {
        hash: hash(0).into(),
        version: -2,
        previous_block_hash: hash(2).into(),
        merkle_root_hash: hash(3).into(),
        time_unix_seconds: 1_779_000_000,
        bits: 0x1702_0000,
        nonce: u32::MAX,
    };
    // The hash is that of the header, as ours computes it.
    let headers = Headers {
        headers: vec![ours],
    };
    let wire = codec::encode(&Body::Headers(headers)).expect("headers");
    let Some(Body::Headers(mut headers)) = codec::decode("headers", &wire, Keep::Full).body else {
        panic!("no headers");
    };
    let ours = headers.headers.remove(0);
    let theirs = primitives::BlockHeader {
        version: ours.version,
        prev_blockhash: hash(2),
        merkle_root: hash(3),
        time: ours.time_unix_seconds,
        bits: ours.bits,
        nonce: ours.nonce,
        hash: ours.hash.to_vec(),
    };
    (ours, theirs)
}

pub(crate) fn cases() -> Vec<Case> {
    let (their_transaction, our_transaction) = transaction();
    let (our_header, their_header) = header();
    let transactions = vec![their_transaction.clone(); 2];
    let prefilled = |diff_index| primitives::PrefilledTransaction {
        diff_index,
        tx: their_transaction.clone(),
    };
    let our_prefilled = |index| PrefilledTransaction {
        index,
        transaction: Some(our_transaction.clone()),
    };
    let compact = old::CompactBlock {
        header: their_header.clone(),
        nonce: 77,
        short_ids: vec![vec![1, 2, 3, 4, 5, 6]],
        transactions: vec![prefilled(0), prefilled(3), prefilled(0)],
    };
    let our_compact = CmpctBlock {
        header: Some(our_header.clone()),
        nonce: 77,
        short_ids: vec![0x0605_0403_0201],
        prefilled: vec![our_prefilled(0), our_prefilled(4), our_prefilled(5)],
    };
    let merkle = old::MerkleBlock {
        header: their_header.clone(),
        num_transactions: 9,
        bits: [
            &[true, false, true, true, false, false, false, true][..],
            &[true, false, false, false, false, false, false, false],
        ]
        .concat(),
        hashes: vec![hash(5), hash(6)],
    };
    let our_merkle = MerkleBlock {
        header: Some(our_header.clone()),
        transaction_count: 9,
        hashes: vec![hash(5).into(), hash(6).into()],
        flags: vec![0b1000_1101, 1].into(),
    };
    let their_headers = old::Headers {
        headers: vec![their_header.clone(); 2],
    };
    let our_headers = Headers {
        headers: vec![our_header.clone(); 2],
    };
    let their_block = old::Block {
        header: their_header,
        transactions: transactions.clone(),
    };
    let our_block = Block {
        header: Some(our_header),
        transactions: vec![our_transaction.clone(); 2],
    };
    let getblocktxn = old::GetBlockTxn {
        block_hash: hash(8),
        tx_indexes: vec![0, 1, 300],
    };
    let our_getblocktxn = GetBlockTxn {
        block_hash: hash(8).into(),
        indexes: vec![0, 1, 300],
    };
    let blocktxn = old::BlockTxn {
        block_hash: hash(8),
        transactions,
    };
    let our_blocktxn = BlockTxn {
        block_hash: hash(8).into(),
        transactions: vec![our_transaction.clone(); 2],
    };
    let tx = old::Tx {
        tx: their_transaction,
    };
    let mut cases = vec![
        ("tx", Msg::Tx(tx), Body::Tx(Box::new(our_transaction))),
        (
            "headers",
            Msg::Headers(their_headers),
            Body::Headers(our_headers),
        ),
        (
            "block",
            Msg::Block(their_block),
            Body::Block(Box::new(our_block)),
        ),
        (
            "cmpctblock",
            Msg::Compactblock(compact),
            Body::Cmpctblock(Box::new(our_compact)),
        ),
        (
            "getblocktxn",
            Msg::Getblocktxn(getblocktxn),
            Body::Getblocktxn(our_getblocktxn),
        ),
        (
            "blocktxn",
            Msg::Blocktxn(blocktxn),
            Body::Blocktxn(our_blocktxn),
        ),
        (
            "merkleblock",
            Msg::Merkleblock(merkle),
            Body::Merkleblock(Box::new(our_merkle)),
        ),
    ];
    cases.extend(filters());
    cases
}

fn filters() -> Vec<Case> {
    let headers = old::CfHeaders {
        filter_type: 0,
        stop_hash: hash(1),
        previous_filter_header: hash(2),
        filter_hashes: vec![hash(3), hash(4)],
    };
    let our_headers = CfHeaders {
        filter_type: 0,
        stop_hash: hash(1).into(),
        previous_filter_header_hash: hash(2).into(),
        filter_hashes: vec![hash(3).into(), hash(4).into()],
    };
    let filter = old::CFilter {
        filter_type: 0,
        block_hash: hash(1),
        filter: vec![1, 2, 3],
    };
    let our_filter = CFilter {
        filter_type: 0,
        block_hash: hash(1).into(),
        filter: vec![1, 2, 3].into(),
    };
    let checkpoints = old::CfCheckpt {
        filter_type: 0,
        stop_hash: hash(1),
        filter_headers: vec![hash(2)],
    };
    let our_checkpoints = CfCheckpt {
        filter_type: 0,
        stop_hash: hash(1).into(),
        filter_header_hashes: vec![hash(2).into()],
    };
    vec![
        (
            "cfheaders",
            Msg::Cfheaders(headers),
            Body::Cfheaders(Box::new(our_headers)),
        ),
        ("cfilter", Msg::Cfilter(filter), Body::Cfilter(our_filter)),
        (
            "cfcheckpt",
            Msg::Cfcheckpt(checkpoints),
            Body::Cfcheckpt(our_checkpoints),
        ),
    ]
}

#[test]
fn a_transaction_is_measured() {
    let (theirs, _) = transaction();
    let found = converted(message("tx", 88, Msg::Tx(old::Tx { tx: theirs })));
    let Some(Body::Tx(transaction)) = found.body else {
        panic!("{found:?}");
    };
    let raw = raw_transaction();
    assert_eq!(transaction.size_bytes as usize, raw.len());
    // Marker, flag and the witness count once, all else four times.
    assert_eq!(transaction.weight as usize, (raw.len() - 7) * 4 + 7);
    assert_eq!((transaction.input_count, transaction.output_count), (1, 2));
    assert_eq!(transaction.output_sat, Some(5_700));
    assert_eq!(transaction.raw.as_deref(), Some(&raw[..]));
    assert_ne!(transaction.txid, transaction.wtxid);
}

/// With `--low-data` there are the ids, and of a message of its own the size.
#[test]
fn a_transaction_without_its_bytes_has_ids_only() {
    let theirs = primitives::Transaction {
        raw: None,
        ..transaction().0
    };
    let found = converted(message("tx", 250, Msg::Tx(old::Tx { tx: theirs.clone() })));
    let expected = Transaction {
        txid: theirs.txid.clone().into(),
        wtxid: theirs.wtxid.clone().into(),
        size_bytes: 250,
        ..Transaction::default()
    };
    assert_eq!(found.body, Some(Body::Tx(Box::new(expected.clone()))));
    assert_eq!(found.cut, None);

    let blocktxn = old::BlockTxn {
        block_hash: hash(1),
        transactions: vec![theirs],
    };
    let found = converted(message("blocktxn", 250, Msg::Blocktxn(blocktxn)));
    let in_a_list = Transaction {
        size_bytes: 0,
        ..expected
    };
    assert!(matches!(found.body, Some(Body::Blocktxn(found)) if found.transactions == [in_a_list]));
}

/// A block that a peer has sent without transactions is whole.
#[test]
fn a_block_of_81_bytes_is_not_cut() {
    let block = old::Block {
        header: header().1,
        transactions: Vec::new(),
    };
    assert_eq!(converted(message("block", 81, Msg::Block(block))).cut, None);
}

/// Bytes that are no transaction are kept as they are.
#[test]
fn bytes_that_are_no_transaction_are_not_measured() {
    for raw in [vec![1, 2, 3], [raw_transaction(), vec![0]].concat()] {
        let theirs = primitives::Transaction {
            raw: Some(raw.clone()),
            ..transaction().0
        };
        let found = converted(message("tx", 3, Msg::Tx(old::Tx { tx: theirs.clone() })));
        let Some(Body::Tx(transaction)) = found.body else {
            panic!("{found:?}");
        };
        assert_eq!(transaction.txid, theirs.txid);
        assert_eq!(transaction.size_bytes, 0);
        assert_eq!(transaction.raw.as_deref(), Some(&raw[..]));
    }
}
