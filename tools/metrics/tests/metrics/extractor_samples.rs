//! What the extractors log, p2p, ipc and process say.

use log_line::Detail;
use peer_observer_event::*;
use prost::bytes::Bytes;

/// A hash of the same byte 32 times.
pub(crate) fn hash(byte: u8) -> Bytes {
    vec![byte; 32].into()
}

/// A line of 100 bytes.
pub(crate) fn line(category: &str, level: LogLevel) -> LogLine {
    LogLine {
        line_bytes: 100,
        line_count: 1,
        category: category.to_owned(),
        level: level.into(),
        message: "said".to_owned(),
        ..LogLine::default()
    }
}

/// The line as an event's payload.
pub(crate) fn line_payload(line: LogLine) -> Payload {
    Payload::LogLine(Box::new(line))
}

/// A line that says this.
pub(crate) fn detail(detail: Detail) -> Payload {
    line_payload(LogLine {
        detail: Some(detail),
        ..line("net", LogLevel::Debug)
    })
}

/// Lines as lines.
pub(crate) fn lines() -> Vec<Payload> {
    let flawed = LogLine {
        line_bytes: 10_000_000,
        cut: true,
        invalid_utf8: true,
        unterminated: true,
        rate_limited: true,
        ..line("", LogLevel::Warning)
    };
    let bench = LogLine {
        line_bytes: 400,
        line_count: 4,
        template_id: Some(7),
        template_origin: LogTemplateOrigin::Catalogue.into(),
        ..line("bench", LogLevel::Debug)
    };
    let mined = LogLine {
        template_id: Some(8),
        template_origin: LogTemplateOrigin::Mined.into(),
        ..line("made up", LogLevel::Error)
    };
    let seen = |origin: LogTemplateOrigin| {
        Payload::LogTemplateSeen(LogTemplateSeen {
            origin: origin.into(),
            ..LogTemplateSeen::default()
        })
    };
    let limit = |started, dropped_bytes| {
        detail(Detail::RateLimit(LogRateLimit {
            started,
            dropped_bytes,
            ..LogRateLimit::default()
        }))
    };
    vec![
        line_payload(flawed),
        line_payload(bench),
        line_payload(mined),
        seen(LogTemplateOrigin::Catalogue),
        seen(LogTemplateOrigin::Mined),
        limit(true, None),
        limit(false, Some(5_000_000)),
    ]
}

/// Lines about blocks and the tip.
pub(crate) fn block_lines() -> Vec<Payload> {
    let checked = |state: &str| {
        detail(Detail::BlockChecked(LogBlockChecked {
            block_hash: hash(1),
            state: state.to_owned(),
            debug_message: None,
        }))
    };
    let header = |compact_block| {
        detail(Detail::HeaderSeen(LogHeaderSeen {
            block_hash: hash(1),
            height: Some(900_001),
            peer_id: Some(3),
            compact_block,
        }))
    };
    vec![
        header(true),
        header(false),
        checked("Valid"),
        checked("bad-witness-nonce-size"),
        checked("high-hash"),
        checked("made up"),
        detail(Detail::BlockConnected(LogBlockConnected {
            block_hash: hash(1),
            height: 900_000,
        })),
        detail(Detail::CompactBlockReconstructed(
            LogCompactBlockReconstructed::default(),
        )),
        detail(Detail::TipUpdated(LogTipUpdated {
            block_hash: hash(1),
            height: 900_000,
            version: 0x2000_0000,
            log2_work: 95.5,
            transactions: 1_200_000_000,
            block_time_unix_seconds: 1_790_000_000,
            progress: 0.999,
            cache_mebibytes: Some(1.5),
            cache_coins: Some(12_345),
            warning: Some("unknown new rules activated".to_owned()),
        })),
    ]
}

/// Lines about peers and their transactions.
pub(crate) fn peer_lines() -> Vec<Payload> {
    let connected = |connection_type: Option<&str>| {
        detail(Detail::PeerConnected(LogPeerConnected {
            peer_id: 3,
            connection_type: connection_type.map(str::to_owned),
            ..LogPeerConnected::default()
        }))
    };
    let rejected = |reason: &str| {
        detail(Detail::TransactionRejected(LogTransactionRejected {
            reason: reason.to_owned(),
            ..LogTransactionRejected::default()
        }))
    };
    vec![
        connected(Some("inbound")),
        connected(Some("made up")),
        detail(Detail::PeerDisconnected(LogPeerDisconnected {
            peer_id: 3,
            reason: LogDisconnectReason::BlockStalling.into(),
            address: None,
        })),
        detail(Detail::PeerMisbehaving(LogPeerMisbehaving {
            peer_id: 3,
            reason: "inv message size = 50001".to_owned(),
        })),
        detail(Detail::TransactionAccepted(LogTransactionAccepted {
            pool_transactions: Some(1234),
            pool_kilobytes: Some(2000),
            ..LogTransactionAccepted::default()
        })),
        rejected("min relay fee not met, 0 < 100"),
        rejected("made up"),
    ]
}

/// Lines about files.
pub(crate) fn file_lines() -> Vec<Payload> {
    vec![
        detail(Detail::MempoolDumped(LogMempoolDumped {
            copy_seconds: Some(0.25),
            write_seconds: Some(1.5),
            file_bytes: Some(40_000_000),
        })),
        detail(Detail::AddrmanWritten(LogAddrmanWritten {
            addresses: 60_000,
            duration_seconds: Some(0.5),
        })),
        detail(Detail::BanlistWritten(LogBanlistWritten {
            bans: 2,
            duration_seconds: None,
        })),
    ]
}

/// Two compact blocks: one that was complete, one that lacked five transactions.
pub(crate) fn reconstructions() -> Vec<Payload> {
    let complete = BlockReconstruction {
        block_hash: hash(1),
        high_bandwidth: None,
        prefilled_transactions: 1,
        mempool_transactions: 60,
        ..BlockReconstruction::default()
    };
    let incomplete = BlockReconstruction {
        block_hash: hash(2),
        height: Some(900_000),
        peer_id: Some(3),
        high_bandwidth: Some(true),
        duration_seconds: Some(0.125),
        prefilled_transactions: 1,
        mempool_transactions: 40,
        extra_pool_transactions: Some(2),
        requested_transactions: 5,
        requested_bytes: Some(1234),
    };
    let payload = |block| Payload::BlockReconstruction(Box::new(block));
    vec![payload(complete), payload(incomplete)]
}

/// A connection to us from this port of the node.
pub(crate) fn probe_connected(port: u16, verified: bool) -> Payload {
    Payload::ProbeConnected(Box::new(ProbeConnected {
        listen_address: "127.0.0.1:9333".to_owned(),
        node_address: format!("127.0.0.1:{port}"),
        transport: ProbeTransport::V2.into(),
        verified,
        handshake_ns: 2_000_000,
        ..ProbeConnected::default()
    }))
}

/// An announcement of 50 bytes.
pub(crate) fn announcement(command: &str, body: Option<probe_announcement::Body>) -> Payload {
    Payload::ProbeAnnouncement(Box::new(ProbeAnnouncement {
        command: command.to_owned(),
        payload_bytes: 50,
        body,
    }))
}

/// A compact block with this hash.
pub(crate) fn compact_block(byte: u8) -> Payload {
    let header = BlockHeader {
        hash: hash(byte),
        ..BlockHeader::default()
    };
    let block = CmpctBlock {
        header: Some(header),
        ..CmpctBlock::default()
    };
    announcement(
        "cmpctblock",
        Some(probe_announcement::Body::Cmpctblock(block)),
    )
}

/// Headers with these hashes.
pub(crate) fn headers(bytes: impl IntoIterator<Item = u8>) -> Payload {
    let header = |byte| BlockHeader {
        hash: hash(byte),
        ..BlockHeader::default()
    };
    let headers = Headers {
        headers: bytes.into_iter().map(header).collect(),
    };
    announcement("headers", Some(probe_announcement::Body::Headers(headers)))
}

/// An inv with items of these types.
pub(crate) fn inv(items: &[(u32, u8)]) -> Payload {
    let items = items.iter().map(|(r#type, byte)| InventoryItem {
        r#type: *r#type,
        hash: [*byte; 32],
    });
    let inv = Inv {
        items: items.collect(),
    };
    announcement("inv", Some(probe_announcement::Body::Inv(inv)))
}

/// What our own connection shows while it is there.
pub(crate) fn probe() -> Vec<Payload> {
    use probe_announcement::Body;
    let entry = |network: Network| AddressEntry {
        address: Some(NetworkAddress {
            network: network.into(),
            ..NetworkAddress::default()
        }),
        ..AddressEntry::default()
    };
    let entries = vec![entry(Network::Ipv4), entry(Network::Onion)];
    vec![
        probe_connected(5000, false),
        // Later RPC says whose connection it is.
        probe_connected(5000, true),
        Payload::ProbePing(ProbePing {
            round_trip_ns: 250_000_000,
        }),
        announcement("addrv2", Some(Body::Addrv2(AddrV2 { entries }))),
        announcement("addr", Some(Body::Addr(Addr::default()))),
        inv(&[(5, 1), (5, 2), (999, 3)]),
        headers([1, 2]),
        compact_block(3),
        announcement(
            "feefilter",
            Some(Body::Feefilter(FeeFilter {
                feerate_sat_per_kvb: 1000,
            })),
        ),
        announcement("inv", Some(Body::Undecodable(Undecodable::default()))),
        announcement("made up", None),
    ]
}

/// What the node tells over IPC.
pub(crate) fn chain_over_ipc() -> Vec<Payload> {
    let tip = |height, advanced_blocks, observed| {
        Payload::ChainTipChanged(ChainTipChanged {
            block_hash: hash(1),
            height,
            advanced_blocks,
            observed,
        })
    };
    let rate = |percentile, feerate_sat_per_vbyte| FeeRatePercentile {
        percentile,
        feerate_sat_per_vbyte,
    };
    vec![
        tip(201, None, true),
        tip(202, None, false),
        tip(203, Some(2), true),
        Payload::ChainReorganized(ChainReorganized {
            fork_height: 200,
            old_height: 203,
            new_height: 204,
            disconnected_blocks: 3,
            connected_blocks: 4,
            ..ChainReorganized::default()
        }),
        tip(204, Some(4), true),
        Payload::BlockTemplate(BlockTemplate {
            height: 205,
            transaction_count: 4000,
            weight: 3_993_000,
            fees_sat: 2_000_000,
            sigops_cost: Some(9000),
            fee_rates: vec![rate(10, 1.0), rate(50, 2.5), rate(13, 7.0)],
            duration_ns: 20_000_000,
            ..BlockTemplate::default()
        }),
        Payload::IpcEcho(IpcEcho {
            round_trip_ns: 250_000,
        }),
    ]
}

/// A thread that has run for so many seconds.
pub(crate) fn thread(name: &str, user_seconds: f64) -> ThreadUsage {
    ThreadUsage {
        name: name.to_owned(),
        count: 1,
        user_seconds,
        system_seconds: 0.25,
        run_queue_seconds: Some(0.125),
        voluntary_switches: 10,
        involuntary_switches: 2,
    }
}

/// A sample of these threads.
pub(crate) fn process_sample(threads: Vec<ThreadUsage>) -> Payload {
    let stall = |resource: &str, full_seconds| PressureStall {
        resource: resource.to_owned(),
        scope: "cgroup".to_owned(),
        some_seconds: 1.5,
        full_seconds,
    };
    Payload::ProcessSample(Box::new(ProcessSample {
        pid: 42,
        thread_count: 30,
        threads,
        user_seconds: 2.0,
        system_seconds: 0.5,
        memory: Some(MemoryUsage {
            anonymous_bytes: 1000,
            file_bytes: 200,
            shared_bytes: 30,
            swap_bytes: 4,
            virtual_bytes: 5000,
            peak_resident_bytes: 1500,
        }),
        minor_faults: 7,
        major_faults: 1,
        io: Some(IoUsage {
            read_bytes: 4096,
            written_bytes: 8192,
            read_call_bytes: 5000,
            write_call_bytes: 9000,
            read_calls: 50,
            write_calls: 90,
        }),
        files: Some(FileUsage {
            open_files: 30,
            sockets: 12,
            open_files_limit: Some(1024),
        }),
        pressure: vec![stall("cpu", None), stall("io", Some(0.5))],
        cost_ns: 1_200_000,
    }))
}

/// What the kernel says of the node's process.
pub(crate) fn process_usage() -> Vec<Payload> {
    vec![
        process_sample(vec![
            thread("b-msghand", 1.5),
            thread("made up", 1.0),
            thread("other", 0.5),
        ]),
        Payload::ProcessMemory(ProcessMemory {
            pid: 42,
            proportional_bytes: 1200,
            private_bytes: 1000,
            swap_bytes: 0,
            cost_ns: 675_000,
        }),
    ]
}

/// Everything that the four extractors say.
pub(crate) fn all() -> Vec<Payload> {
    [
        lines(),
        block_lines(),
        peer_lines(),
        file_lines(),
        reconstructions(),
        probe(),
        chain_over_ipc(),
        process_usage(),
    ]
    .concat()
}
