//! One filled event for every payload of the log, p2p, ipc and process extractors,
//! and of the alerts tool.

use peer_observer_event::*;

use crate::samples::{entries, hash, header};

fn parameter(value: log_parameter::Value) -> LogParameter {
    LogParameter { value: Some(value) }
}

fn log() -> Vec<Payload> {
    use log_parameter::Value;
    vec![
        Payload::LogTemplateSeen(LogTemplateSeen {
            template_id: u64::MAX,
            origin: LogTemplateOrigin::Catalogue.into(),
            template: "UpdatedBlockTip: new block hash=<*> height=<*>".into(),
            category: "validation".into(),
            locations: vec!["validationinterface.cpp:190".into()],
        }),
        Payload::LogLine(Box::new(LogLine {
            line_bytes: 123,
            line_count: 2,
            time: LogTime::Microseconds.into(),
            mock_time_unix_seconds: Some(1_790_000_000),
            thread: "msghand".into(),
            source: Some(LogSource {
                file: "validation.cpp".into(),
                line: 42,
                function: "void f(A<B, C>)".into(),
            }),
            category: "bench".into(),
            level: LogLevel::Debug.into(),
            message: "BlockChecked: block hash=00 state=Valid".into(),
            cut: true,
            invalid_utf8: true,
            unterminated: true,
            rate_limited: true,
            template_id: Some(7),
            template_origin: LogTemplateOrigin::Mined.into(),
            parameters: vec![
                parameter(Value::Integer(-5)),
                parameter(Value::Number(0.5)),
                parameter(Value::Hash(hash())),
                parameter(Value::Text("Valid".into())),
            ],
            detail: Some(log_line::Detail::BlockChecked(LogBlockChecked {
                block_hash: hash(),
                state: "Valid".into(),
                debug_message: None,
            })),
        })),
        Payload::BlockReconstruction(Box::new(BlockReconstruction {
            block_hash: hash(),
            height: Some(203),
            peer_id: Some(3),
            high_bandwidth: Some(true),
            duration_seconds: Some(0.0125),
            prefilled_transactions: 1,
            mempool_transactions: 40,
            extra_pool_transactions: Some(2),
            requested_transactions: 5,
            requested_bytes: Some(1234),
        })),
    ]
}

fn probe() -> Vec<Payload> {
    vec![
        Payload::ProbeConnected(Box::new(ProbeConnected {
            listen_address: "127.0.0.1:9333".into(),
            node_address: "127.0.0.1:5000".into(),
            transport: ProbeTransport::V2.into(),
            peer_id: Some(3),
            verified: true,
            handshake_ns: 1_500_000,
            version: Some(Version {
                user_agent: Some("/Satoshi:31.99.0/".into()),
                ..Version::default()
            }),
        })),
        Payload::ProbeDisconnected(ProbeDisconnected {
            reason: "the node closed the connection".into(),
            duration_ns: 65_000_000_000,
            received_messages: 12,
        }),
        Payload::ProbePing(ProbePing {
            round_trip_ns: 200_000,
        }),
        Payload::ProbeAnnouncement(Box::new(ProbeAnnouncement {
            command: "addrv2".into(),
            payload_bytes: 40,
            body: Some(probe_announcement::Body::Addrv2(AddrV2 {
                entries: entries(),
            })),
        })),
        Payload::ProbeAnnouncement(Box::new(ProbeAnnouncement {
            command: "headers".into(),
            payload_bytes: 82,
            body: Some(probe_announcement::Body::Headers(Headers {
                headers: header().into_iter().collect(),
            })),
        })),
    ]
}

fn chain() -> Vec<Payload> {
    vec![
        Payload::ChainTipChanged(ChainTipChanged {
            block_hash: hash(),
            height: 203,
            advanced_blocks: Some(2),
            observed: true,
        }),
        Payload::ChainReorganized(ChainReorganized {
            fork_height: 200,
            fork_hash: hash(),
            old_height: 202,
            old_hash: hash(),
            new_height: 203,
            new_hash: hash(),
            disconnected_blocks: 2,
            connected_blocks: 3,
        }),
        Payload::BlockTemplate(BlockTemplate {
            previous_block_hash: hash(),
            height: 204,
            transaction_count: 4000,
            weight: 3_993_000,
            fees_sat: 2_000_000,
            sigops_cost: Some(9000),
            fee_rates: vec![FeeRatePercentile {
                percentile: 50,
                feerate_sat_per_vbyte: 2.5,
            }],
            duration_ns: 3_000_000,
        }),
        Payload::IpcEcho(IpcEcho {
            round_trip_ns: 150_000,
        }),
    ]
}

fn process() -> Vec<Payload> {
    vec![
        Payload::ProcessSample(Box::new(ProcessSample {
            pid: 42,
            threads: vec![ThreadUsage {
                name: "b-msghand".into(),
                count: 1,
                user_seconds: 1.5,
                system_seconds: 0.25,
                run_queue_seconds: Some(0.125),
                voluntary_switches: 10,
                involuntary_switches: 2,
            }],
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
                ..IoUsage::default()
            }),
            files: Some(FileUsage {
                open_files: 30,
                sockets: 12,
                open_files_limit: Some(1024),
            }),
            pressure: vec![PressureStall {
                resource: "cpu".into(),
                scope: "machine".into(),
                some_seconds: 1.5,
                full_seconds: None,
            }],
            cost_ns: 1_200_000,
            thread_count: 1,
        })),
        Payload::ProcessMemory(ProcessMemory {
            pid: 42,
            proportional_bytes: 1200,
            private_bytes: 1000,
            swap_bytes: 0,
            cost_ns: 675_000,
        }),
    ]
}

fn alert() -> Vec<Payload> {
    let subject = detection_alert::Subject::Peer(AlertPeer {
        peer_id: 3,
        address: "127.0.0.1:5000".into(),
        run: Some(1_790_000_000),
    });
    vec![Payload::Alert(Box::new(DetectionAlert {
        rule: "ping_flood".into(),
        severity: AlertSeverity::Warning.into(),
        state: AlertState::Firing.into(),
        subject: Some(subject),
        summary: "peer 3 sent 40 pings in 2 min".into(),
        observed: 40.0,
        expected_low: None,
        expected_high: Some(2.0),
        unit: "pings in 2 min".into(),
        since_ns: 1_790_000_000_123_456_789,
        until_ns: None,
        evidence: Some(AlertEvidence {
            first_bus_sequence: 5,
            last_bus_sequence: 99,
            first_bus_time_ns: 1_790_000_000_123_456_789,
            last_bus_time_ns: 1_790_000_002_123_456_789,
        }),
        next_step: "compare with getpeerinfo".into(),
        grouped: 2,
        id: "00112233aabbccdd".into(),
    }))]
}

pub(crate) fn payloads() -> Vec<Payload> {
    [log(), probe(), chain(), process(), alert()].concat()
}
