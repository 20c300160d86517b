//! Echo requests and block templates.

use std::time::Duration;

use anyhow::Result;
use bitcoin::Amount;
use bitcoin::consensus::encode::serialize_hex;
use peer_observer_event::{BlockTemplate, Payload};
use peer_observer_ipc_extractor::IpcExtractorSettings;
use serde_json::Value;
use testkit::Node;

use crate::observed::{A_WHILE, Observed, tips_only, written};

const OFTEN: Option<Duration> = Some(Duration::from_millis(100));

#[tokio::test(flavor = "multi_thread")]
async fn echoes() -> Result<()> {
    let node = Node::builder().ipc().start().await?;
    let settings = IpcExtractorSettings {
        echo_interval: OFTEN,
        ..tips_only()
    };
    let mut observed = Observed::start(&node, settings);
    for _ in 0..5 {
        let is_echo = |payload: &Payload| matches!(payload, Payload::IpcEcho(_));
        let index = observed.until("an echo", is_echo).await?;
        let Some(Payload::IpcEcho(echo)) = &observed.events[index].payload else {
            unreachable!();
        };
        assert!(
            (1_000..5_000_000_000).contains(&echo.round_trip_ns),
            "{echo:?}"
        );
    }
    assert_eq!(observed.count("block_template"), 0);
    Ok(())
}

async fn until_template(
    observed: &mut Observed,
    wanted: impl Fn(&BlockTemplate) -> bool,
) -> Result<BlockTemplate> {
    let is_it = |payload: &Payload| matches!(payload, Payload::BlockTemplate(one) if wanted(one));
    let index = observed.until("a block template", is_it).await?;
    match &observed.events[index].payload {
        Some(Payload::BlockTemplate(template)) => Ok(template.clone()),
        other => panic!("{other:?}"),
    }
}

/// The template says what `getblockstats` says of the block that is mined of it.
#[tokio::test(flavor = "multi_thread")]
async fn templates() -> Result<()> {
    let node = Node::builder().ipc().without_checks().start().await?;
    let settings = IpcExtractorSettings {
        template_interval: OFTEN,
        ..tips_only()
    };
    let mut observed = Observed::start(&node, settings);
    observed.until_following().await?;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(
        observed.count("block_template"),
        0,
        "not during the initial block download"
    );

    node.mine(1).await?;
    let empty = until_template(&mut observed, |template| template.height == 2).await?;
    assert_eq!((empty.transaction_count, empty.fees_sat), (0, 0));
    assert!(empty.fee_rates.is_empty());

    let coins = node.fan_out(500).await?;
    let height: i32 = node.rpc("getblockcount", ()).await?;
    for (index, coin) in coins.iter().enumerate() {
        // Every transaction pays something else.
        let fee = Amount::from_sat(200 + 13 * index as u64);
        let (transaction, _) = lab::coins::spend(*coin, fee)?;
        let hex = serialize_hex(&transaction);
        node.rpc::<String>("sendrawtransaction", (hex, 0)).await?;
    }
    let wanted = |template: &BlockTemplate| template.transaction_count == 500;
    let template = until_template(&mut observed, wanted).await?;
    let tip: String = node.rpc("getbestblockhash", ()).await?;
    assert_eq!(
        (template.height, written(&template.previous_block_hash)),
        (height + 1, tip)
    );

    let mined = node.mine(1).await?.remove(0);
    let stats: Value = node.rpc("getblockstats", (&mined,)).await?;
    let block: Value = node.rpc("getblock", (&mined,)).await?;
    assert_eq!(stats["txs"], 501);
    assert_eq!(stats["totalfee"], template.fees_sat);
    assert_eq!(
        block["weight"]
            .as_u64()
            .unwrap()
            .abs_diff(template.weight.into())
            / 100,
        0
    );
    let rates: Vec<_> = template
        .fee_rates
        .iter()
        .map(|rate| rate.feerate_sat_per_vbyte as u64)
        .collect();
    assert_eq!(stats["feerate_percentiles"], serde_json::json!(rates));
    let percentiles: Vec<_> = template
        .fee_rates
        .iter()
        .map(|rate| rate.percentile)
        .collect();
    assert_eq!(percentiles, [10, 25, 50, 75, 90]);
    assert!(template.sigops_cost.is_some());
    Ok(())
}
