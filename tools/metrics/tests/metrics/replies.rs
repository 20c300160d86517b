//! Replies of the node's RPC interface give these lines.

use peer_observer_event::*;

use crate::harness::{assert_lines, text_of};
use crate::samples::{addrman, chain, entry, mempool, network, orphans, process};

#[tokio::test]
async fn transactions_in_no_block() {
    let text = text_of(Extractor::Rpc, mempool()).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_rpc_mempool_info_loaded{node="alice"} 1.0"#,
            r#"peerobserver_rpc_mempool_info_transactions{node="alice"} 1234.0"#,
            r#"peerobserver_rpc_mempool_info_fees_sat{node="alice"} 10000000.0"#,
            r#"peerobserver_rpc_mempool_info_minimum_feerate_sat_per_kvb{node="alice"} 100.0"#,
            r#"peerobserver_rpc_mempool_info_maximum_cluster_transactions{node="alice"} 64.0"#,
            r#"peerobserver_rpc_orphan_transactions{node="alice"} 2.0"#,
            r#"peerobserver_rpc_orphan_transactions_bytes{node="alice"} 200.0"#,
            r#"peerobserver_rpc_orphan_transaction_announcers_bucket{le="1.0",node="alice"} 1"#,
            r#"peerobserver_rpc_orphan_peer_transactions_sum{node="alice"} 3.0"#,
            r#"peerobserver_rpc_orphan_peer_transactions_count{node="alice"} 2"#,
            r#"peerobserver_rpc_smart_fee_feerate_sat_per_kvb{node="alice",target_blocks="1",mode="economical"} 1234.0"#,
            r#"peerobserver_rpc_smart_fee_estimate_blocks{node="alice",target_blocks="1",mode="economical"} 2.0"#,
        ],
    );
    // The node cannot estimate, or was not asked by us: no number.
    assert!(!text.contains(r#"target_blocks="6""#));
    assert_eq!(
        text.matches("rpc_smart_fee_feerate_sat_per_kvb{").count(),
        1
    );
}

#[tokio::test]
async fn orphans_that_come_and_go_are_counted_from_the_second_reply_on() {
    let replies = vec![
        orphans(&[(1, &[7]), (2, &[7])]),
        orphans(&[(2, &[7]), (3, &[7]), (4, &[])]),
        orphans(&[]),
    ];
    let text = text_of(Extractor::Rpc, replies).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_rpc_orphan_transactions_added_total{node="alice"} 2"#,
            r#"peerobserver_rpc_orphan_transactions_added_bytes_total{node="alice"} 200"#,
            r#"peerobserver_rpc_orphan_transactions_removed_total{node="alice"} 4"#,
            r#"peerobserver_rpc_orphan_transactions{node="alice"} 0.0"#,
            r#"peerobserver_rpc_orphan_transaction_announcers_count{node="alice"} 0"#,
        ],
    );
}

#[tokio::test]
async fn networking() {
    let text = text_of(Extractor::Rpc, network()).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_rpc_net_totals_received_bytes_total{node="alice"} 5000"#,
            r#"peerobserver_rpc_net_totals_sent_bytes_total{node="alice"} 7000"#,
            r#"peerobserver_rpc_net_totals_upload_serves_historical_blocks{node="alice"} 1.0"#,
            r#"peerobserver_rpc_network_info_version{node="alice"} 319900.0"#,
            r#"peerobserver_rpc_network_info_services{node="alice",bit="3"} 1.0"#,
            r#"peerobserver_rpc_network_info_connections{node="alice",direction="inbound"} 115.0"#,
            r#"peerobserver_rpc_network_info_network_proxied{node="alice",network="onion"} 1.0"#,
            r#"peerobserver_rpc_network_info_network_proxied{node="alice",network="ipv4"} 0.0"#,
            r#"peerobserver_rpc_network_info_network_reachable{node="alice",network="other"} 1.0"#,
            r#"peerobserver_rpc_network_info_warnings{node="alice"} 1.0"#,
            r#"peerobserver_rpc_bans{node="alice",network="ipv4"} 2.0"#,
            r#"peerobserver_rpc_bans{node="alice",network="ipv6"} 1.0"#,
            r#"peerobserver_rpc_bans{node="alice",network="cjdns"} 1.0"#,
            r#"peerobserver_rpc_bans{node="alice",network="other"} 1.0"#,
            r#"peerobserver_rpc_ban_remaining_seconds_bucket{le="3600.0",node="alice"} 4"#,
            r#"peerobserver_rpc_addrman_info_addresses{node="alice",network="ipv4",table="tried"} 20.0"#,
            r#"peerobserver_rpc_addrman_info_addresses{node="alice",network="onion",table="new"} 7.0"#,
        ],
    );
    assert_eq!(
        text.matches("rpc_addrman_info_addresses{").count(),
        4,
        "sums are no series"
    );
}

#[tokio::test]
async fn the_address_manager() {
    let text = text_of(Extractor::Rpc, network()).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_rpc_addrman_entries{node="alice",table="new",network="ipv4"} 4.0"#,
            r#"peerobserver_rpc_addrman_source_entries{node="alice",table="new",source_network="onion"} 4.0"#,
            r#"peerobserver_rpc_addrman_terrible_entries{node="alice",table="new",network="ipv4"} 2.0"#,
            r#"peerobserver_rpc_addrman_future_entries{node="alice",table="new",ahead="any"} 2.0"#,
            r#"peerobserver_rpc_addrman_future_entries{node="alice",table="new",ahead="over_10_minutes"} 1.0"#,
            r#"peerobserver_rpc_addrman_entry_age_seconds_bucket{le="3600.0",node="alice",table="new"} 1"#,
            r#"peerobserver_rpc_addrman_entry_age_seconds_count{node="alice",table="new"} 2"#,
            r#"peerobserver_rpc_addrman_entry_age_seconds_count{node="alice",table="tried"} 0"#,
            r#"peerobserver_rpc_addrman_port_entries{node="alice",table="new",port="8333"} 1.0"#,
            r#"peerobserver_rpc_addrman_port_entries{node="alice",table="new",port="other"} 3.0"#,
            r#"peerobserver_rpc_addrman_service_entries{node="alice",table="new",bit="0"} 4.0"#,
            r#"peerobserver_rpc_addrman_distinct_sources{node="alice",table="new"} 1.0"#,
            r#"peerobserver_rpc_addrman_distinct_as{node="alice",table="new"} 1.0"#,
        ],
    );
    assert!(
        !text.contains(r#"distinct_as{node="alice",table="tried"}"#),
        "without a map nobody knows"
    );
}

#[tokio::test]
async fn changes_of_the_address_manager_are_counted_from_the_second_reply_on() {
    let text = text_of(
        Extractor::Rpc,
        vec![
            addrman(vec![
                entry(0, "1.1.1.1", 1),
                entry(1, "2.2.2.2", 1),
                entry(2, "3.3.3.3", 1),
            ]),
            addrman(vec![
                entry(0, "1.1.1.1", 2),
                entry(1, "4.4.4.4", 9),
                entry(3, "5.5.5.5", 1),
            ]),
        ],
    )
    .await;
    let of = |change: &str, count: u64| {
        format!(
            r#"peerobserver_rpc_addrman_changes_total{{node="alice",table="new",change="{change}"}} {count}"#
        )
    };
    assert_lines(
        &text,
        &[
            &of("added", 1),
            &of("removed", 1),
            &of("replaced", 1),
            &of("services", 0),
            &of("time", 1),
        ],
    );
}

#[tokio::test]
async fn the_chain() {
    let text = text_of(Extractor::Rpc, chain()).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_rpc_blockchain_info_chain{node="alice",chain="signet"} 1.0"#,
            r#"peerobserver_rpc_blockchain_info_height{node="alice"} 900000.0"#,
            r#"peerobserver_rpc_blockchain_info_initial_block_download{node="alice"} 0.0"#,
            r#"peerobserver_rpc_blockchain_info_prune_height{node="alice"} 700000.0"#,
            r#"peerobserver_rpc_blockchain_info_background_height{node="alice"} 500000.0"#,
            r#"peerobserver_rpc_blockchain_info_size_on_disk_bytes{node="alice"} 800000000000.0"#,
            r#"peerobserver_rpc_chain_tips{node="alice",status="valid-fork"} 2.0"#,
            r#"peerobserver_rpc_chain_tips{node="alice",status="other"} 1.0"#,
            r#"peerobserver_rpc_chain_tip_maximum_branch_blocks{node="alice",status="valid-fork"} 2.0"#,
            r#"peerobserver_rpc_chain_tip_maximum_height{node="alice",status="valid-fork"} 899000.0"#,
            r#"peerobserver_rpc_chain_tx_stats_transactions_per_second{node="alice"} 5.8"#,
            r#"peerobserver_rpc_mining_info_minimum_block_feerate_sat_per_kvb{node="alice"} 1.0"#,
            r#"peerobserver_rpc_mining_info_template_weight{node="alice"} 3990000.0"#,
            r#"peerobserver_rpc_indexes_synced{node="alice",index="txindex"} 1.0"#,
            r#"peerobserver_rpc_indexes{node="alice",index="other"} 2.0"#,
            r#"peerobserver_rpc_indexes_synced{node="alice",index="other"} 1.0"#,
            r#"peerobserver_rpc_index_height{node="alice",index="other"} 7.0"#,
            r#"peerobserver_rpc_deployments{node="alice",deployment="segwit",status="active"} 1.0"#,
            r#"peerobserver_rpc_deployments{node="alice",deployment="testdummy",status="started"} 1.0"#,
            r#"peerobserver_rpc_deployments_active{node="alice",deployment="testdummy"} 0.0"#,
            r#"peerobserver_rpc_deployment_signalling_blocks{node="alice",deployment="testdummy"} 3.0"#,
        ],
    );
}

#[tokio::test]
async fn the_nodes_process() {
    let text = text_of(Extractor::Rpc, process()).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_rpc_uptime_seconds{node="alice"} 3600.0"#,
            r#"peerobserver_rpc_memory_info_locked_total_bytes{node="alice"} 4096.0"#,
            r#"peerobserver_rpc_memory_info_locked_free_chunks{node="alice"} 1.0"#,
            r#"peerobserver_rpc_rpc_info_active_commands{node="alice",method="getrpcinfo"} 1.0"#,
            r#"peerobserver_rpc_rpc_info_active_commands{node="alice",method="other"} 1.0"#,
            r#"peerobserver_rpc_rpc_info_longest_command_seconds{node="alice"} 60.0"#,
        ],
    );
}

#[tokio::test]
async fn nothing_is_left_of_replies_when_the_node_is_gone() {
    let mut payloads = [mempool(), network(), chain(), process()].concat();
    payloads.push(Payload::NodeGone(NodeGone::default()));
    let text = text_of(Extractor::Rpc, payloads).await;
    let left: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("peerobserver_rpc_"))
        .filter(|line| !line.starts_with("peerobserver_rpc_reply_duration_seconds"))
        .collect();
    assert_eq!(left, Vec::<&str>::new());
}

#[tokio::test]
async fn what_a_reply_has_no_more_has_no_series() {
    let mut replies = [mempool(), chain()].concat();
    replies.push(Payload::MempoolInfo(Box::default()));
    replies.push(Payload::BlockchainInfo(Box::default()));
    replies.push(Payload::IndexInfo(IndexInfo::default()));
    let text = text_of(Extractor::Rpc, replies).await;
    for gone in [
        "rpc_mempool_info_",
        "rpc_blockchain_info_height",
        "rpc_index",
    ] {
        assert!(!text.contains(gone), "{text}");
    }
    assert!(text.contains("rpc_chain_tips{"), "other methods stay");
}
