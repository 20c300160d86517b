//! The forms of Core 22 to 31.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use peer_observer_event::{
    LogAddrmanWritten, LogBanlistWritten, LogBlockChecked, LogBlockConnected,
    LogCompactBlockReconstructed, LogDisconnectReason as Reason, LogHeaderSeen, LogMempoolDumped,
    LogPeerConnected, LogPeerDisconnected, LogPeerMisbehaving, LogRateLimit,
    LogTransactionAccepted, LogTransactionRejected,
};

use super::*;
use crate::templates::hash;

const HASH: &str = "00000000000000000000000000000000000000000000000000000000000000a1";
const WTXID: &str = "00000000000000000000000000000000000000000000000000000000000000b2";

/// `H` and `W` stand for hashes.
fn read(message: &str, category: &str) -> Option<Detail> {
    let message = message.replace("{H}", HASH).replace("{W}", WTXID);
    detail(&message, category)
}

fn id() -> bytes::Bytes {
    hash(HASH).unwrap()
}

#[test]
fn blocks_and_headers() {
    let connected = Detail::BlockConnected(LogBlockConnected {
        block_hash: id(),
        height: 101,
    });
    let message = "BlockConnected: block hash={H} block height=101";
    assert_eq!(read(message, "validation"), Some(connected));
    assert_eq!(read(&format!("Enqueuing {message}"), "validation"), None);

    for (text, state, debug_message) in [
        ("Valid", "Valid", None),
        (
            "bad-txnmrklroot, hashMerkleRoot mismatch",
            "bad-txnmrklroot",
            Some("hashMerkleRoot mismatch"),
        ),
    ] {
        let checked = Detail::BlockChecked(LogBlockChecked {
            block_hash: id(),
            state: state.to_owned(),
            debug_message: debug_message.map(str::to_owned),
        });
        let message = format!("BlockChecked: block hash={{H}} state={text}");
        assert_eq!(read(&message, "validation"), Some(checked));
    }

    for (message, height, peer_id, compact_block) in [
        (
            "Saw new header hash={H} height=7 peer=3",
            Some(7),
            Some(3),
            false,
        ),
        (
            "Saw new cmpctblock header hash={H} height=7 peer=3, peeraddr=[::1]:8",
            Some(7),
            Some(3),
            true,
        ),
        ("Saw new header hash={H} height=7", Some(7), None, false),
        (
            "Saw new cmpctblock header hash={H} peer=3",
            None,
            Some(3),
            true,
        ),
    ] {
        let seen = Detail::HeaderSeen(LogHeaderSeen {
            block_hash: id(),
            height,
            peer_id,
            compact_block,
        });
        assert_eq!(read(message, ""), Some(seen), "{message}");
    }
}

#[test]
fn compact_blocks() {
    let old = LogCompactBlockReconstructed {
        block_hash: id(),
        prefilled_transactions: 1,
        mempool_transactions: 22,
        extra_pool_transactions: Some(3),
        requested_transactions: 4,
        requested_bytes: None,
    };
    let begin = "Successfully reconstructed block {H} with 1 txn prefilled, 22 txn from mempool \
                 (incl at least 3 from extra pool) and 4 txn";
    let expected = Detail::CompactBlockReconstructed(old.clone());
    assert_eq!(
        read(&format!("{begin} requested"), "cmpctblock"),
        Some(expected)
    );
    let expected = Detail::CompactBlockReconstructed(LogCompactBlockReconstructed {
        requested_bytes: Some(567),
        ..old
    });
    assert_eq!(
        read(&format!("{begin} (567 bytes) requested"), "cmpctblock"),
        Some(expected)
    );
}

#[test]
fn transactions() {
    let accepted = |wtxid| {
        Some(Detail::TransactionAccepted(LogTransactionAccepted {
            peer_id: Some(5),
            txid: id(),
            wtxid,
            pool_transactions: Some(12),
            pool_kilobytes: Some(34),
        }))
    };
    let message = "AcceptToMemoryPool: peer=5: accepted {H} (wtxid={W}) (poolsz 12 txn, 34 kB)";
    assert_eq!(read(message, "mempool"), accepted(hash(WTXID)));
    let message = "AcceptToMemoryPool: peer=5: accepted {H} (poolsz 12 txn, 34 kB)";
    assert_eq!(read(message, ""), accepted(None));

    let rejected = |wtxid| {
        Some(Detail::TransactionRejected(LogTransactionRejected {
            peer_id: Some(5),
            txid: id(),
            wtxid,
            reason: "min relay fee not met, 0 < 110".to_owned(),
        }))
    };
    let end = "from peer=5 was not accepted: min relay fee not met, 0 < 110";
    assert_eq!(
        read(&format!("{{H}} (wtxid={{W}}) {end}"), "mempoolrej"),
        rejected(hash(WTXID))
    );
    assert_eq!(read(&format!("{{H}} {end}"), ""), rejected(None));
}

#[test]
fn peers_that_come() {
    let connected = LogPeerConnected {
        peer_id: 8,
        connection_type: Some("outbound-full-relay".to_owned()),
        version: Some(70016),
        start_height: Some(101),
        address: None,
        transport: None,
        user_agent: None,
    };
    let cases = [
        (
            "New outbound peer connected: version: 70016, blocks=101, peer=8 (outbound-full-relay)",
            connected.clone(),
        ),
        (
            "New outbound peer connected: version: 70016, blocks=101, peer=8, peeraddr=1.2.3.4:8333 \
             (outbound-full-relay)",
            LogPeerConnected {
                address: Some("1.2.3.4:8333".to_owned()),
                ..connected.clone()
            },
        ),
        (
            "New outbound-full-relay v2 peer connected: version: 70016, blocks=101, peer=8, \
             peeraddr=[2a01::1]:8333, mapped_as=64512",
            LogPeerConnected {
                address: Some("[2a01::1]:8333".to_owned()),
                transport: Some("v2".to_owned()),
                ..connected.clone()
            },
        ),
        (
            "New outbound-full-relay peer connected: transport: v2, version: 70016, blocks=101 peer=8, \
             peeraddr=1.2.3.4:8333",
            LogPeerConnected {
                address: Some("1.2.3.4:8333".to_owned()),
                transport: Some("v2".to_owned()),
                ..connected.clone()
            },
        ),
        (
            "New outbound-full-relay peer connected: transport: v2, version: 70016, peer=8",
            LogPeerConnected {
                start_height: None,
                transport: Some("v2".to_owned()),
                ..connected
            },
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(
            read(message, ""),
            Some(Detail::PeerConnected(expected)),
            "{message}"
        );
    }
    assert_eq!(read("New block is there", ""), None);
}

#[test]
fn peers_that_go() {
    let cases = [
        ("socket closed, disconnecting peer=4", Reason::Closed),
        ("socket closed for peer=4", Reason::Closed),
        (
            "socket recv error, disconnecting peer=4: Connection reset by peer (104)",
            Reason::SocketError,
        ),
        (
            "socket send error for peer=4: Broken pipe (32)",
            Reason::SocketError,
        ),
        (
            "socket no message in first 60 seconds, 1 0 peer=4",
            Reason::Timeout,
        ),
        (
            "socket sending timeout: 1201s, disconnecting peer=4",
            Reason::Timeout,
        ),
        (
            "ping timeout: 1200.000001s, disconnecting peer=4",
            Reason::Timeout,
        ),
        (
            "version handshake timeout, disconnecting peer=4",
            Reason::Timeout,
        ),
        ("V2 handshake timeout peer=4", Reason::Timeout),
        (
            "Peer is stalling block download, disconnecting peer=4",
            Reason::BlockStalling,
        ),
        (
            "Peer=4 is stalling block download, disconnecting",
            Reason::BlockStalling,
        ),
        (
            "Timeout downloading block {H}, disconnecting peer=4",
            Reason::BlockStalling,
        ),
        (
            "Timeout downloading block {H} from peer=4, disconnecting",
            Reason::BlockStalling,
        ),
        (
            "Timeout downloading headers, disconnecting peer=4",
            Reason::Headers,
        ),
        (
            "Outbound peer has old chain, best known block = {H}, disconnecting peer=4",
            Reason::Headers,
        ),
        (
            "Disconnecting outbound peer 4 for old chain, best known block = {H}",
            Reason::Headers,
        ),
        (
            "Disconnecting and discouraging peer 4!",
            Reason::Misbehaving,
        ),
        (
            "Warning: disconnecting but not discouraging manually connected peer 4!",
            Reason::Misbehaving,
        ),
        (
            "selected inbound connection for eviction, disconnecting peer=4",
            Reason::Evicted,
        ),
        (
            "selected inbound connection for eviction peer=4; disconnecting",
            Reason::Evicted,
        ),
        (
            "disconnecting extra outbound peer=4 (last block announcement received at time 1)",
            Reason::Evicted,
        ),
        ("disconnecting peer=4", Reason::Unspecified),
        ("Cleared nodestate for peer=4", Reason::Unspecified),
        ("Stopping node, disconnecting peer=4", Reason::Other),
        (
            "feeler connection completed peer=4; disconnecting",
            Reason::Other,
        ),
        ("disconnect by id, disconnecting peer=4", Reason::Other),
        (
            "getheaders locator size 102 > 101, disconnecting peer=4",
            Reason::Other,
        ),
    ];
    for (message, reason) in cases {
        for category in ["net", ""] {
            let expected = Detail::PeerDisconnected(LogPeerDisconnected {
                peer_id: 4,
                reason: reason.into(),
                address: None,
            });
            assert_eq!(read(message, category), Some(expected), "{message}");
        }
    }
    let message = "socket closed, disconnecting peer=4, peeraddr=[2a01::1]:8333: more";
    let Some(Detail::PeerDisconnected(disconnected)) = read(message, "net") else {
        panic!("{message}");
    };
    assert_eq!(disconnected.address.as_deref(), Some("[2a01::1]:8333"));
    for other in [
        "Timeout downloading headers from noban peer, not disconnecting peer=4",
        "connected to self at 127.0.0.1:8333, disconnecting",
        "received: disconnecting (8 bytes) peer=4",
        "keeping outbound peer=4 chosen for eviction (connect time: 1, blocks_in_flight: 0)",
    ] {
        assert_eq!(read(other, "net"), None, "{other}");
    }
}

#[test]
fn peers_that_misbehave() {
    for (end, reason) in [
        (
            ": headers message size = 2001",
            "headers message size = 2001",
        ),
        (
            " (0 -> 100) DISCOURAGE THRESHOLD EXCEEDED: mutated block",
            "mutated block",
        ),
        (
            " (0 -> 20): headers: not connecting",
            "headers: not connecting",
        ),
        ("", ""),
    ] {
        let expected = Detail::PeerMisbehaving(LogPeerMisbehaving {
            peer_id: 9,
            reason: reason.to_owned(),
        });
        let message = format!("Misbehaving: peer=9{end}");
        assert_eq!(read(&message, "net"), Some(expected));
    }
}

#[test]
fn tips() {
    let begin = "UpdateTip: new best={H} height=840000 version=0xe0000000 log2_work=95.000001 \
                 tx=991000000 date='2024-04-20T00:09:27Z' progress=0.999998 ";
    let Some(Detail::TipUpdated(tip)) =
        read(&format!("{begin}cache=0.3MiB(101txo) warning='so, so'"), "")
    else {
        panic!("it is none");
    };
    assert_eq!(
        (tip.height, tip.version, tip.transactions),
        (840_000, -0x2000_0000, 991_000_000)
    );
    assert_eq!((tip.log2_work, tip.progress), (95.000001, 0.999998));
    assert_eq!(tip.block_time_unix_seconds, 1_713_571_767);
    assert_eq!(
        (tip.cache_mebibytes, tip.cache_coins),
        (Some(0.3), Some(101))
    );
    assert_eq!(tip.warning.as_deref(), Some("so, so"));
    let Some(Detail::TipUpdated(tip)) = read(&format!("{begin}cache=12.0MiB(7txo)"), "") else {
        panic!("it is none");
    };
    assert_eq!((tip.cache_coins, tip.warning), (Some(7), None));
    assert_eq!(
        read(
            &format!("[background validation] {begin}cache=1.0MiB(7txo)"),
            ""
        ),
        None
    );
}

#[test]
fn files() {
    for (message, file_bytes) in [
        (
            "Dumped mempool: 0.5s to copy, 0.25s to dump, 77 bytes dumped to file",
            Some(77),
        ),
        ("Dumped mempool: 0.5s to copy, 0.25s to dump", None),
    ] {
        let expected = Detail::MempoolDumped(LogMempoolDumped {
            copy_seconds: Some(0.5),
            write_seconds: Some(0.25),
            file_bytes,
        });
        assert_eq!(read(message, ""), Some(expected));
    }
    for space in [" ", "  "] {
        let expected = Detail::AddrmanWritten(LogAddrmanWritten {
            addresses: 12,
            duration_seconds: Some(0.034),
        });
        let message = format!("Flushed 12 addresses to peers.dat{space}34ms");
        assert_eq!(read(&message, "net"), Some(expected));
        let expected = Detail::BanlistWritten(LogBanlistWritten {
            bans: 1,
            duration_seconds: Some(0.002),
        });
        let message = format!("Flushed 1 banned node addresses/subnets to disk{space}2ms");
        assert_eq!(read(&message, "net"), Some(expected));
    }
}

#[test]
fn rate_limits() {
    let place = LogRateLimit {
        started: true,
        file: Some("net.cpp".to_owned()),
        line: Some(12),
        function: Some("operator()".to_owned()),
        dropped_bytes: None,
    };
    let message = "Excessive logging detected from net.cpp:12 (operator()): >1048576 bytes logged \
                   during the last time window of 3600s. Suppressing logging to disk from this \
                   source location until time window resets. Console logging unaffected. Last log entry.";
    assert_eq!(read(message, ""), Some(Detail::RateLimit(place.clone())));
    let message = "Restarting logging from net.cpp:12 (operator()): 345 bytes were dropped during \
                   the last 3600s.";
    let expected = Detail::RateLimit(LogRateLimit {
        started: false,
        dropped_bytes: Some(345),
        ..place
    });
    assert_eq!(read(message, ""), Some(expected));
}
