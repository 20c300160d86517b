//! Bodies of every message type, with any values that fit together.

use bitcoin::consensus::serialize;
use bitcoin::hashes::Hash;
use bitcoin::{ScriptBuf, TxIn, TxOut, Txid, Witness};
use bytes::Bytes;
use peer_observer_event::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn hash() -> impl Strategy<Value = Bytes> {
    any::<[u8; 32]>().prop_map(|bytes| Bytes::copy_from_slice(&bytes))
}

fn hashes() -> impl Strategy<Value = Vec<Bytes>> {
    vec(hash(), 0..20)
}

fn bytes(most: usize) -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..=most).prop_map(Bytes::from)
}

fn text(shortest: usize, most: usize) -> impl Strategy<Value = String> {
    // Up to four bytes to a character.
    vec(any::<char>(), shortest..=most / 4).prop_map(String::from_iter)
}

fn address(network: Network, length: usize) -> impl Strategy<Value = NetworkAddress> {
    vec(any::<u8>(), length).prop_map(move |bytes| NetworkAddress {
        network: network.into(),
        bytes: bytes.into(),
        bip155_network_id: None,
    })
}

/// Random, so never one of the prefixes that mean another network.
fn ipv6() -> impl Strategy<Value = NetworkAddress> {
    address(Network::Ipv6, 16).prop_filter("a prefix with a meaning", |address| {
        !address.bytes.starts_with(&[0]) && !address.bytes.starts_with(&[0xfd])
    })
}

fn unknown_address(id: u32, bytes: Bytes) -> NetworkAddress {
    NetworkAddress {
        network: Network::Unknown.into(),
        bytes,
        bip155_network_id: Some(id),
    }
}

fn address_v1() -> impl Strategy<Value = NetworkAddress> {
    prop_oneof![
        address(Network::Ipv4, 4),
        ipv6(),
        address(Network::Internal, 10),
        any::<[u8; 10]>().prop_map(|bytes| unknown_address(3, Bytes::copy_from_slice(&bytes))),
    ]
}

fn address_v2() -> impl Strategy<Value = NetworkAddress> {
    let unknown_ids = prop_oneof![Just(0_u32), Just(3), 7..=255_u32];
    prop_oneof![
        address(Network::Ipv4, 4),
        ipv6(),
        address(Network::Internal, 10),
        address(Network::Onion, 32),
        address(Network::I2p, 32),
        address(Network::Cjdns, 16),
        (unknown_ids, bytes(512)).prop_map(|(id, bytes)| unknown_address(id, bytes)),
    ]
}

fn entries(
    address: impl Strategy<Value = NetworkAddress>,
) -> impl Strategy<Value = Vec<AddressEntry>> {
    let entry = (any::<u32>(), any::<u64>(), address, any::<u16>());
    vec(
        entry.prop_map(
            |(time_unix_seconds, services, address, port)| AddressEntry {
                time_unix_seconds,
                services,
                address: Some(address),
                port: port.into(),
            },
        ),
        0..12,
    )
}

fn version_address() -> impl Strategy<Value = VersionAddress> {
    (any::<u64>(), address_v1(), any::<u16>()).prop_map(|(services, address, port)| {
        VersionAddress {
            services,
            address: Some(address),
            port: port.into(),
        }
    })
}

fn user_agent() -> impl Strategy<Value = (String, Option<Bytes>)> {
    vec(any::<u8>(), 0..=256).prop_map(|bytes| match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            (text, Some(error.into_bytes().into()))
        }
    })
}

/// With the fields of one of the message's five forms.
fn version() -> impl Strategy<Value = Version> {
    let numbers = (
        any::<i32>(),
        any::<u64>(),
        any::<i64>(),
        any::<u64>(),
        any::<i32>(),
    );
    let addresses = (version_address(), version_address());
    (numbers, addresses, user_agent(), any::<bool>(), 0..5).prop_map(
        |((version, services, time, nonce, height), addresses, user_agent, relay, form)| Version {
            version,
            services,
            timestamp_unix_seconds: time,
            receiver: Some(addresses.0),
            sender: (form > 0).then_some(addresses.1),
            nonce: (form > 0).then_some(nonce),
            user_agent: (form > 1).then_some(user_agent.0),
            user_agent_bytes: if form > 1 { user_agent.1 } else { None },
            start_height: (form > 2).then_some(height),
            relay: (form > 3).then_some(relay),
        },
    )
}

/// A transaction as the `bitcoin` crate understands it.
pub fn bitcoin_transaction() -> impl Strategy<Value = bitcoin::Transaction> {
    let script = || vec(any::<u8>(), 0..300).prop_map(ScriptBuf::from);
    let witness = vec(vec(any::<u8>(), 0..300), 0..4);
    let input = (
        any::<[u8; 32]>(),
        any::<u32>(),
        script(),
        any::<u32>(),
        witness,
    )
        .prop_map(|(txid, vout, script_sig, sequence, witness)| TxIn {
            previous_output: bitcoin::OutPoint {
                txid: Txid::from_byte_array(txid),
                vout,
            },
            script_sig,
            sequence: bitcoin::Sequence(sequence),
            witness: Witness::from(witness),
        });
    // Amounts above i64::MAX are negative for Core.
    let value = prop_oneof![9 => 0..=2_100_000_000_000_000_u64, 1 => any::<u64>()];
    let output = (value, script()).prop_map(|(value, script_pubkey)| TxOut {
        value: bitcoin::Amount::from_sat(value),
        script_pubkey,
    });
    (
        any::<i32>(),
        vec(input, 1..4),
        vec(output, 0..4),
        any::<u32>(),
    )
        .prop_map(|(version, input, output, lock_time)| bitcoin::Transaction {
            version: bitcoin::transaction::Version(version),
            lock_time: bitcoin::absolute::LockTime::from_consensus(lock_time),
            input,
            output,
        })
}

/// What must be found in a transaction.
pub fn expected(transaction: &bitcoin::Transaction) -> Transaction {
    let values = transaction
        .output
        .iter()
        .map(|output| i64::try_from(output.value.to_sat()));
    let output_sat = values.into_iter().try_fold(0_u64, |sum, value| {
        sum.checked_add(value.ok()?.unsigned_abs())
    });
    Transaction {
        txid: Bytes::copy_from_slice(transaction.compute_txid().as_byte_array()),
        wtxid: Bytes::copy_from_slice(transaction.compute_wtxid().as_byte_array()),
        size_bytes: transaction.total_size() as u32,
        weight: transaction.weight().to_wu() as u32,
        input_count: transaction.input.len() as u32,
        output_count: transaction.output.len() as u32,
        output_sat,
        raw: Some(serialize(transaction).into()),
    }
}

fn transaction() -> impl Strategy<Value = Transaction> {
    bitcoin_transaction().prop_map(|transaction| expected(&transaction))
}

fn transactions() -> impl Strategy<Value = Vec<Transaction>> {
    vec(transaction(), 0..4)
}

fn header() -> impl Strategy<Value = BlockHeader> {
    let hashes = (any::<[u8; 32]>(), any::<[u8; 32]>());
    (
        any::<i32>(),
        hashes,
        any::<u32>(),
        any::<u32>(),
        any::<u32>(),
    )
        .prop_map(|(version, (previous, root), time, bits, nonce)| {
            let header = bitcoin::block::Header {
                version: bitcoin::block::Version::from_consensus(version),
                prev_blockhash: bitcoin::BlockHash::from_byte_array(previous),
                merkle_root: bitcoin::TxMerkleNode::from_byte_array(root),
                time,
                bits: bitcoin::CompactTarget::from_consensus(bits),
                nonce,
            };
            BlockHeader {
                hash: Bytes::copy_from_slice(header.block_hash().as_byte_array()),
                version,
                previous_block_hash: Bytes::copy_from_slice(&previous),
                merkle_root_hash: Bytes::copy_from_slice(&root),
                time_unix_seconds: time,
                bits,
                nonce,
            }
        })
}

fn items() -> impl Strategy<Value = Vec<InventoryItem>> {
    vec(
        any::<(u32, [u8; 32])>().prop_map(|(r#type, hash)| InventoryItem { r#type, hash }),
        0..20,
    )
}

/// Rising positions in a block.
fn indexes(most: usize) -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::btree_set(0..=65535_u32, 0..most)
        .prop_map(|set| set.into_iter().collect())
}

fn compact_block() -> impl Strategy<Value = CmpctBlock> {
    let prefilled = indexes(4).prop_flat_map(|indexes| {
        let count = indexes.len();
        (Just(indexes), vec(transaction(), count))
    });
    (
        header(),
        any::<u64>(),
        vec(0..1_u64 << 48, 0..20),
        prefilled,
    )
        .prop_map(
            |(header, nonce, short_ids, (indexes, transactions))| CmpctBlock {
                header: Some(header),
                nonce,
                short_ids,
                prefilled: std::iter::zip(indexes, transactions)
                    .map(|(index, transaction)| PrefilledTransaction {
                        index,
                        transaction: Some(transaction),
                    })
                    .collect(),
            },
        )
}

/// A body of any known type.
pub fn body() -> BoxedStrategy<Body> {
    let numbers = || (any::<u8>().prop_map(u32::from), any::<u32>());
    let locator = || (any::<u32>(), hashes(), hash());
    let empty = prop::sample::select(vec![
        Body::Verack(Verack {}),
        Body::Sendaddrv2(SendAddrV2 {}),
        Body::Sendheaders(SendHeaders {}),
        Body::Getaddr(GetAddr {}),
        Body::Mempool(Mempool {}),
        Body::Filterclear(FilterClear {}),
        Body::Wtxidrelay(WtxidRelay {}),
    ]);
    let gossip = prop_oneof![
        version().prop_map(|version| Body::Version(Box::new(version))),
        entries(address_v1()).prop_map(|entries| Body::Addr(Addr { entries })),
        entries(address_v2()).prop_map(|entries| Body::Addrv2(AddrV2 { entries })),
        items().prop_map(|items| Body::Inv(Inv { items })),
        items().prop_map(|items| Body::Getdata(GetData { items })),
        items().prop_map(|items| Body::Notfound(NotFound { items })),
    ];
    let small = prop_oneof![
        any::<Option<u64>>().prop_map(|nonce| Body::Ping(Ping { nonce })),
        any::<u64>().prop_map(|nonce| Body::Pong(Pong { nonce })),
        any::<i64>().prop_map(|rate| Body::Feefilter(FeeFilter {
            feerate_sat_per_kvb: rate
        })),
        (any::<bool>(), any::<u64>()).prop_map(|(high_bandwidth, version)| {
            Body::Sendcmpct(SendCmpct {
                high_bandwidth,
                version,
            })
        }),
        (any::<u32>(), any::<u64>())
            .prop_map(|(version, salt)| Body::Sendtxrcncl(SendTxRcncl { version, salt })),
        (text(4, 80), bytes(512)).prop_map(|(feature_id, feature_data)| {
            Body::Feature(Feature {
                feature_id,
                feature_data,
            })
        }),
    ];
    let chain = prop_oneof![
        locator().prop_map(|(version, locator_hashes, stop_hash)| {
            Body::Getblocks(GetBlocks {
                version,
                locator_hashes,
                stop_hash,
            })
        }),
        locator().prop_map(|(version, locator_hashes, stop_hash)| {
            Body::Getheaders(GetHeaders {
                version,
                locator_hashes,
                stop_hash,
            })
        }),
        vec(header(), 0..10).prop_map(|headers| Body::Headers(Headers { headers })),
        transaction().prop_map(|transaction| Body::Tx(Box::new(transaction))),
        (header(), transactions()).prop_map(|(header, transactions)| {
            Body::Block(Box::new(Block {
                header: Some(header),
                transactions,
            }))
        }),
    ];
    let compact_blocks = prop_oneof![
        compact_block().prop_map(|block| Body::Cmpctblock(Box::new(block))),
        (hash(), indexes(30)).prop_map(|(block_hash, indexes)| {
            Body::Getblocktxn(GetBlockTxn {
                block_hash,
                indexes,
            })
        }),
        (hash(), transactions()).prop_map(|(block_hash, transactions)| {
            Body::Blocktxn(BlockTxn {
                block_hash,
                transactions,
            })
        }),
    ];
    let bloom = prop_oneof![
        (header(), any::<u32>(), hashes(), bytes(20)).prop_map(
            |(header, transaction_count, hashes, flags)| {
                let header = Some(header);
                Body::Merkleblock(Box::new(MerkleBlock {
                    header,
                    transaction_count,
                    hashes,
                    flags,
                }))
            }
        ),
        (bytes(300), any::<u32>(), numbers()).prop_map(
            |(filter, hash_functions, (flags, tweak))| {
                Body::Filterload(FilterLoad {
                    filter,
                    hash_functions,
                    tweak,
                    flags,
                })
            }
        ),
        bytes(300).prop_map(|data| Body::Filteradd(FilterAdd { data })),
    ];
    let filters = prop_oneof![
        (numbers(), hash()).prop_map(|((filter_type, start_height), stop_hash)| {
            Body::Getcfilters(GetCFilters {
                filter_type,
                start_height,
                stop_hash,
            })
        }),
        (numbers(), hash(), bytes(300)).prop_map(|((filter_type, _), block_hash, filter)| {
            Body::Cfilter(CFilter {
                filter_type,
                block_hash,
                filter,
            })
        }),
        (numbers(), hash()).prop_map(|((filter_type, start_height), stop_hash)| {
            Body::Getcfheaders(GetCfHeaders {
                filter_type,
                start_height,
                stop_hash,
            })
        }),
        (numbers(), hash(), hash(), hashes()).prop_map(
            |((filter_type, _), stop_hash, previous_filter_header_hash, filter_hashes)| {
                Body::Cfheaders(Box::new(CfHeaders {
                    filter_type,
                    stop_hash,
                    previous_filter_header_hash,
                    filter_hashes,
                }))
            }
        ),
        (numbers(), hash()).prop_map(|((filter_type, _), stop_hash)| {
            Body::Getcfcheckpt(GetCfCheckpt {
                filter_type,
                stop_hash,
            })
        }),
        (numbers(), hash(), hashes()).prop_map(
            |((filter_type, _), stop_hash, filter_header_hashes)| {
                Body::Cfcheckpt(CfCheckpt {
                    filter_type,
                    stop_hash,
                    filter_header_hashes,
                })
            }
        ),
    ];
    let historic = prop_oneof![
        (
            text(0, 12),
            numbers(),
            text(0, 111),
            prop::option::of(hash())
        )
            .prop_map(|(rejected_command, (code, _), reason, hash)| {
                Body::Reject(Reject {
                    rejected_command,
                    code,
                    reason,
                    hash,
                })
            }),
        (bytes(300), bytes(80))
            .prop_map(|(alert, signature)| { Body::Alert(Alert { alert, signature }) }),
    ];
    prop_oneof![
        1 => empty,
        6 => gossip,
        6 => small,
        5 => chain,
        3 => compact_blocks,
        3 => bloom,
        6 => filters,
        2 => historic,
    ]
    .boxed()
}
