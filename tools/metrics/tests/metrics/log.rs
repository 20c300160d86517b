//! debug.log gives these lines.

use peer_observer_event::*;

use crate::extractor_samples::{
    block_lines, file_lines, line, line_payload, lines, peer_lines, reconstructions,
};
use crate::harness::{Harness, assert_lines, publish, text_of};

#[tokio::test]
async fn lines_are_counted_by_category_and_level() {
    let text = text_of(Extractor::Log, lines()).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_log_lines_total{node="alice",category="bench",level="debug"} 4"#,
            r#"peerobserver_log_bytes_total{node="alice",category="bench",level="debug"} 400"#,
            r#"peerobserver_log_lines_total{node="alice",category="none",level="warning"} 1"#,
            r#"peerobserver_log_bytes_total{node="alice",category="none",level="warning"} 10000000"#,
            r#"peerobserver_log_lines_total{node="alice",category="other",level="error"} 1"#,
            r#"peerobserver_log_lines_total{node="alice",category="net",level="debug"} 2"#,
            r#"peerobserver_log_severe_lines_total{node="alice",level="warning"} 1"#,
            r#"peerobserver_log_severe_lines_total{node="alice",level="error"} 1"#,
            r#"peerobserver_log_flawed_lines_total{node="alice",flaw="cut"} 1"#,
            r#"peerobserver_log_flawed_lines_total{node="alice",flaw="invalid_utf8"} 1"#,
            r#"peerobserver_log_flawed_lines_total{node="alice",flaw="unterminated"} 1"#,
            r#"peerobserver_log_rate_limited_lines_total{node="alice"} 1"#,
            r#"peerobserver_log_rate_limits_total{node="alice",change="started"} 1"#,
            r#"peerobserver_log_rate_limits_total{node="alice",change="ended"} 1"#,
            r#"peerobserver_log_rate_limit_left_out_bytes_total{node="alice"} 5000000"#,
            r#"peerobserver_log_template_lines_total{node="alice",template="catalogue"} 4"#,
            r#"peerobserver_log_template_lines_total{node="alice",template="mined"} 1"#,
            r#"peerobserver_log_template_lines_total{node="alice",template="none"} 3"#,
            r#"peerobserver_log_templates{node="alice",origin="catalogue"} 1"#,
            r#"peerobserver_log_new_templates_total{node="alice",origin="mined"} 1"#,
        ],
    );
}

#[tokio::test]
async fn errors_flaws_and_mutated_blocks_are_counted_from_0_on() {
    let valid = LogBlockChecked {
        state: "Valid".to_owned(),
        ..LogBlockChecked::default()
    };
    let checked = LogLine {
        detail: Some(log_line::Detail::BlockChecked(valid)),
        ..line("validation", LogLevel::Debug)
    };
    let text = text_of(Extractor::Log, vec![line_payload(checked)]).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_log_severe_lines_total{node="alice",level="error"} 0"#,
            r#"peerobserver_log_flawed_lines_total{node="alice",flaw="cut"} 0"#,
            r#"peerobserver_log_blocks_checked_total{node="alice",state="Valid"} 1"#,
            r#"peerobserver_log_blocks_checked_total{node="alice",state="bad-txnmrklroot"} 0"#,
            r#"peerobserver_log_blocks_checked_total{node="alice",state="bad-txns-duplicate"} 0"#,
            r#"peerobserver_log_blocks_checked_total{node="alice",state="bad-witness-nonce-size"} 0"#,
            r#"peerobserver_log_blocks_checked_total{node="alice",state="bad-witness-merkle-match"} 0"#,
            r#"peerobserver_log_blocks_checked_total{node="alice",state="unexpected-witness"} 0"#,
        ],
    );
    // Without -debug=validation nobody knows of blocks.
    let text = text_of(Extractor::Log, vec![line_payload(line("", LogLevel::Info))]).await;
    assert!(!text.contains("log_blocks_checked_total"), "{text}");
}

#[tokio::test]
async fn blocks_headers_and_the_tip() {
    let text = text_of(Extractor::Log, block_lines()).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_log_blocks_connected_total{node="alice"} 1"#,
            r#"peerobserver_log_block_connected_latest_height{node="alice"} 900000.0"#,
            r#"peerobserver_log_blocks_checked_total{node="alice",state="bad-witness-nonce-size"} 1"#,
            r#"peerobserver_log_blocks_checked_total{node="alice",state="high-hash"} 1"#,
            r#"peerobserver_log_blocks_checked_total{node="alice",state="other"} 1"#,
            r#"peerobserver_log_headers_seen_total{node="alice",form="compact_block"} 1"#,
            r#"peerobserver_log_headers_seen_total{node="alice",form="header"} 1"#,
            r#"peerobserver_log_header_seen_latest_height{node="alice"} 900001.0"#,
            r#"peerobserver_log_tip_updates_total{node="alice"} 1"#,
            r#"peerobserver_log_tip_height{node="alice"} 900000.0"#,
            r#"peerobserver_log_tip_work_log2{node="alice"} 95.5"#,
            r#"peerobserver_log_tip_transactions{node="alice"} 1200000000.0"#,
            r#"peerobserver_log_tip_time_seconds{node="alice"} 1790000000.0"#,
            r#"peerobserver_log_tip_verification_progress{node="alice"} 0.999"#,
            r#"peerobserver_log_tip_cache_bytes{node="alice"} 1572864.0"#,
            r#"peerobserver_log_tip_cache_coins{node="alice"} 12345.0"#,
            r#"peerobserver_log_tip_warning{node="alice"} 1.0"#,
        ],
    );
}

#[tokio::test]
async fn peers_transactions_and_files() {
    let payloads = [peer_lines(), file_lines()].concat();
    let text = text_of(Extractor::Log, payloads).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_log_peers_connected_total{node="alice",connection_type="inbound"} 1"#,
            r#"peerobserver_log_peers_connected_total{node="alice",connection_type="other"} 1"#,
            r#"peerobserver_log_peer_disconnect_lines_total{node="alice",reason="block_stalling"} 1"#,
            r#"peerobserver_log_peers_misbehaving_total{node="alice",reason="inv message size"} 1"#,
            r#"peerobserver_log_transactions_accepted_total{node="alice"} 1"#,
            r#"peerobserver_log_mempool_transactions{node="alice"} 1234"#,
            r#"peerobserver_log_mempool_memory_bytes{node="alice"} 2000000"#,
            r#"peerobserver_log_transactions_rejected_total{node="alice",reason="min relay fee not met"} 1"#,
            r#"peerobserver_log_transactions_rejected_total{node="alice",reason="other"} 1"#,
            r#"peerobserver_log_file_writes_total{node="alice",file="mempool.dat"} 1"#,
            r#"peerobserver_log_file_write_duration_seconds_total{node="alice",file="mempool.dat",step="copy"} 0.25"#,
            r#"peerobserver_log_file_write_duration_seconds_total{node="alice",file="mempool.dat",step="write"} 1.5"#,
            r#"peerobserver_log_file_write_duration_seconds_total{node="alice",file="peers.dat",step="write"} 0.5"#,
            r#"peerobserver_log_file_latest_bytes{node="alice",file="mempool.dat"} 40000000"#,
            r#"peerobserver_log_file_latest_entries{node="alice",file="peers.dat"} 60000"#,
            r#"peerobserver_log_file_latest_entries{node="alice",file="banlist.json"} 2"#,
        ],
    );
}

#[tokio::test]
async fn compact_blocks() {
    let text = text_of(Extractor::Log, reconstructions()).await;
    let high = r#"node="alice",bandwidth="high",requested="yes""#;
    assert_lines(
        &text,
        &[
            &format!("peerobserver_reconstruction_blocks_total{{{high}}} 1"),
            r#"peerobserver_reconstruction_blocks_total{node="alice",bandwidth="unknown",requested="no"} 1"#,
            &format!(
                r#"peerobserver_reconstruction_duration_seconds_bucket{{le="0.25",{high}}} 1"#
            ),
            &format!(r#"peerobserver_reconstruction_duration_seconds_bucket{{le="0.1",{high}}} 0"#),
            &format!("peerobserver_reconstruction_duration_seconds_sum{{{high}}} 0.125"),
            r#"peerobserver_reconstruction_requested_transactions_bucket{le="0.0",node="alice",bandwidth="unknown"} 1"#,
            r#"peerobserver_reconstruction_requested_transactions_sum{node="alice",bandwidth="high"} 5.0"#,
            r#"peerobserver_reconstruction_transactions_total{node="alice",source="prefilled"} 2"#,
            r#"peerobserver_reconstruction_transactions_total{node="alice",source="mempool"} 100"#,
            r#"peerobserver_reconstruction_transactions_total{node="alice",source="extra_pool"} 2"#,
            r#"peerobserver_reconstruction_transactions_total{node="alice",source="requested"} 5"#,
            r#"peerobserver_reconstruction_requested_bytes_total{node="alice"} 1234"#,
            r#"peerobserver_reconstruction_latest_height{node="alice"} 900000.0"#,
            r#"peerobserver_reconstruction_latest_duration_seconds{node="alice"} 0.125"#,
            r#"peerobserver_reconstruction_latest_transactions{node="alice",source="mempool"} 40.0"#,
            r#"peerobserver_reconstruction_latest_requested_bytes{node="alice"} 1234.0"#,
        ],
    );
    assert!(
        !text.contains(r#"duration_seconds_count{node="alice",bandwidth="unknown""#),
        "a duration that the log does not say is none"
    );
}

#[tokio::test]
async fn counters_stay_and_gauges_go_with_the_extractor() {
    let mut payloads = [
        lines(),
        block_lines(),
        peer_lines(),
        file_lines(),
        reconstructions(),
    ]
    .concat();
    payloads.push(Payload::NodeGone(NodeGone::default()));
    let text = text_of(Extractor::Log, payloads.clone()).await;
    let gauges = [
        "log_tip_height",
        "log_tip_warning",
        "log_block_connected_latest",
        "log_header_seen_latest",
        "log_mempool_transactions",
        "log_file_latest",
        "reconstruction_latest",
    ];
    for gauge in gauges {
        assert!(!text.contains(gauge), "{gauge} in {text}");
    }
    let known = r#"peerobserver_log_templates{node="alice",origin="mined"}"#;
    let new = r#"peerobserver_log_new_templates_total{node="alice",origin="mined"} 1"#;
    assert_lines(
        &text,
        &[
            r#"peerobserver_log_tip_updates_total{node="alice"} 1"#,
            &format!("{known} 1"),
            new,
        ],
    );
    // Another life of the extractor: it has met none yet.
    payloads.push(Payload::Started(Started::default()));
    let text = text_of(Extractor::Log, payloads).await;
    assert_lines(&text, &[&format!("{known} 0"), new]);
}

#[tokio::test]
async fn a_log_that_is_read_does_not_mean_that_a_node_runs() {
    let harness = Harness::new();
    let mut log = harness.bus.publisher("alice", Extractor::Log);
    publish(&mut log, block_lines());
    let text = harness.text().await;
    assert_lines(&text, &[r#"peerobserver_node_up{node="alice"} 0"#]);
}

#[tokio::test]
async fn lines_of_an_earlier_life_are_counted_and_say_nothing_of_now() {
    let harness = Harness::new();
    let mut ipc = harness.bus.publisher("alice", Extractor::Ipc);
    ipc.set_run(Some(1_790_000_050));
    publish(&mut ipc, vec![Payload::IpcEcho(IpcEcho::default())]);
    let mut log = harness.bus.publisher("alice", Extractor::Log);
    log.set_run(Some(1_790_000_000));
    publish(&mut log, block_lines());
    let text = harness.text().await;
    assert_lines(
        &text,
        &[r#"peerobserver_log_tip_updates_total{node="alice"} 1"#],
    );
    assert!(!text.contains("log_tip_height"), "{text}");
}
