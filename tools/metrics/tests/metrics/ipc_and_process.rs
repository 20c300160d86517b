//! What the node tells over IPC, and what the kernel tells of its process.

use peer_observer_event::*;

use crate::extractor_samples::{chain_over_ipc, process_sample, process_usage, thread};
use crate::harness::{Harness, assert_lines, publish, text_of};

#[tokio::test]
async fn the_chain_over_ipc() {
    let text = text_of(Extractor::Ipc, chain_over_ipc()).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_ipc_tip_height{node="alice"} 204.0"#,
            r#"peerobserver_ipc_tip_changes_total{node="alice",observed="yes"} 3"#,
            r#"peerobserver_ipc_tip_changes_total{node="alice",observed="no"} 1"#,
            r#"peerobserver_ipc_tip_advanced_blocks_total{node="alice"} 6"#,
            r#"peerobserver_ipc_reorganizations_total{node="alice"} 1"#,
            r#"peerobserver_ipc_reorganization_depth_blocks_bucket{le="2.0",node="alice"} 0"#,
            r#"peerobserver_ipc_reorganization_depth_blocks_bucket{le="3.0",node="alice"} 1"#,
            r#"peerobserver_ipc_latest_reorganization_depth_blocks{node="alice"} 3.0"#,
            r#"peerobserver_ipc_latest_reorganization_new_blocks{node="alice"} 4.0"#,
            r#"peerobserver_ipc_latest_reorganization_fork_height{node="alice"} 200.0"#,
            r#"peerobserver_ipc_template_duration_seconds_sum{node="alice"} 0.02"#,
            r#"peerobserver_ipc_template_height{node="alice"} 205.0"#,
            r#"peerobserver_ipc_template_transactions{node="alice"} 4000.0"#,
            r#"peerobserver_ipc_template_weight{node="alice"} 3993000.0"#,
            r#"peerobserver_ipc_template_fees_sat{node="alice"} 2000000.0"#,
            r#"peerobserver_ipc_template_sigops{node="alice"} 9000.0"#,
            r#"peerobserver_ipc_template_feerate_sat_per_kvb{node="alice",percentile="50"} 2500.0"#,
            r#"peerobserver_ipc_echo_duration_seconds_bucket{le="0.0003",node="alice"} 1"#,
            r#"peerobserver_ipc_latest_echo_duration_seconds{node="alice"} 0.00025"#,
        ],
    );
    // Percentiles that nobody asked for have no series.
    assert_eq!(text.matches("template_feerate_sat_per_kvb{").count(), 2);
}

#[tokio::test]
async fn reorganisations_are_counted_from_0_on_and_gauges_go_with_the_extractor() {
    let echo = || Payload::IpcEcho(IpcEcho::default());
    let text = text_of(Extractor::Ipc, vec![echo()]).await;
    assert_lines(
        &text,
        &[r#"peerobserver_ipc_reorganizations_total{node="alice"} 0"#],
    );
    let mut payloads = chain_over_ipc();
    payloads.push(Payload::NodeGone(NodeGone::default()));
    let text = text_of(Extractor::Ipc, payloads).await;
    for gauge in ["ipc_tip_height", "ipc_latest", "ipc_template_fees"] {
        assert!(!text.contains(gauge), "{gauge} in {text}");
    }
    assert_lines(
        &text,
        &[r#"peerobserver_ipc_reorganizations_total{node="alice"} 1"#],
    );
}

#[tokio::test]
async fn threads_and_the_process() {
    let text = text_of(Extractor::Process, process_usage()).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_node_thread_cpu_seconds_total{node="alice",thread="b-msghand",mode="user"} 1.5"#,
            r#"peerobserver_node_thread_cpu_seconds_total{node="alice",thread="b-msghand",mode="system"} 0.25"#,
            // Names that are not Core's are one.
            r#"peerobserver_node_thread_cpu_seconds_total{node="alice",thread="other",mode="user"} 1.5"#,
            r#"peerobserver_node_thread_run_queue_seconds_total{node="alice",thread="other"} 0.25"#,
            r#"peerobserver_node_thread_context_switches_total{node="alice",thread="b-msghand",kind="voluntary"} 10"#,
            r#"peerobserver_node_thread_context_switches_total{node="alice",thread="other",kind="involuntary"} 4"#,
            r#"peerobserver_node_threads{node="alice",thread="other"} 2.0"#,
            r#"peerobserver_node_process_cpu_seconds_total{node="alice",mode="system"} 0.5"#,
            r#"peerobserver_node_process_page_faults_total{node="alice",kind="major"} 1"#,
            r#"peerobserver_node_process_threads{node="alice"} 30.0"#,
            r#"peerobserver_node_process_disk_bytes_total{node="alice",operation="write"} 8192"#,
            r#"peerobserver_node_process_call_bytes_total{node="alice",operation="read"} 5000"#,
            r#"peerobserver_node_process_calls_total{node="alice",operation="write"} 90"#,
            r#"peerobserver_node_process_pressure_stall_seconds_total{node="alice",resource="cpu",scope="cgroup",stall="some"} 1.5"#,
            r#"peerobserver_node_process_pressure_stall_seconds_total{node="alice",resource="io",scope="cgroup",stall="full"} 0.5"#,
            r#"peerobserver_node_process_memory_bytes{node="alice",kind="anonymous"} 1000.0"#,
            r#"peerobserver_node_process_memory_bytes{node="alice",kind="swap"} 4.0"#,
            r#"peerobserver_node_process_virtual_memory_bytes{node="alice"} 5000.0"#,
            r#"peerobserver_node_process_peak_resident_memory_bytes{node="alice"} 1500.0"#,
            r#"peerobserver_node_process_open_files{node="alice"} 30.0"#,
            r#"peerobserver_node_process_open_sockets{node="alice"} 12.0"#,
            r#"peerobserver_node_process_open_files_limit{node="alice"} 1024.0"#,
            r#"peerobserver_node_process_proportional_memory_bytes{node="alice"} 1200.0"#,
            r#"peerobserver_node_process_private_memory_bytes{node="alice"} 1000.0"#,
            r#"peerobserver_node_process_sample_cost_seconds_sum{node="alice",sample="usage"} 0.0012"#,
            r#"peerobserver_node_process_sample_cost_seconds_count{node="alice",sample="memory"} 1"#,
        ],
    );
    assert!(!text.contains(r#"resource="cpu",scope="cgroup",stall="full""#));
}

#[tokio::test]
async fn what_may_not_be_read_has_no_series() {
    let bare = Payload::ProcessSample(Box::default());
    let text = text_of(Extractor::Process, [process_usage(), vec![bare]].concat()).await;
    for absent in [
        "node_thread",
        "node_process_memory_bytes",
        "node_process_disk_bytes",
        "node_process_open_files",
        "node_process_pressure",
    ] {
        assert!(!text.contains(absent), "{absent} in {text}");
    }
}

#[tokio::test]
async fn counters_begin_anew_with_the_process() {
    let harness = Harness::new();
    let mut process = harness.bus.publisher("alice", Extractor::Process);
    process.set_run(Some(1_790_000_000));
    publish(&mut process, process_usage());
    publish(&mut process, vec![Payload::NodeGone(NodeGone::default())]);
    process.set_run(Some(1_790_000_050));
    publish(
        &mut process,
        vec![process_sample(vec![thread("b-net", 0.125)])],
    );
    let text = harness.text().await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_node_thread_cpu_seconds_total{node="alice",thread="b-net",mode="user"} 0.125"#,
        ],
    );
    assert!(!text.contains("b-msghand"), "{text}");
    assert!(!text.contains("proportional_memory_bytes{"), "{text}");
}
