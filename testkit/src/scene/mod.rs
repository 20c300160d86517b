//! Scenes: what a node goes through, for tests and benches that want to see as
//! much of it as there is.

mod blocks;
mod calls;
mod connections;
mod hostile;
mod polite;
mod proxy;
mod transactions;
mod wire;

use anyhow::{Context, Result, ensure};

use crate::Node;

/// The arguments with which a node logs as much as it can, each line with its
/// place in the source.
pub const LOG_EVERYTHING: [&str; 4] = [
    "-debug=1",
    "-logtimemicros=1",
    "-logthreadnames=1",
    "-logsourcelocations=1",
];

/// Arguments with which a node does not start, and what takes them back.
const REFUSED: [(&str, &str); 4] = [
    ("-maxuploadtarget=nonsense", "-maxuploadtarget=10000"),
    ("-prune=550", "-prune=0"),
    ("-asmap=nowhere.dat", "-noasmap"),
    ("-onlynet=nonsense", "-noonlynet"),
];

/// Every kind of traffic, so that as many different lines as possible stand in
/// `alice`'s debug.log: blocks, forks and compact blocks, transactions good and
/// bad, polite and hostile peers of both transports, RPC, REST and IPC calls; then the
/// same node with indexes, after a crash, as a reindexing and as a pruned one.
/// It is restarted for that; `bob` is a second node, which stays.
///
/// Takes about a minute. What is logged is the caller's choice, by the arguments
/// that `alice` was built with.
pub async fn every_kind_of_traffic(alice: &mut Node, bob: &Node) -> Result<()> {
    let step = |name: &str| tracing::info!("scene: {name}");
    step("mining");
    alice.mine(101).await?;
    connections::all(alice, bob).await.context("connections")?;
    step("transactions");
    transactions::all(alice, bob)
        .await
        .context("transactions")?;
    step("blocks");
    blocks::all(alice, bob).await.context("blocks")?;
    step("messages");
    polite::all(alice).await.context("polite messages")?;
    hostile::all(alice).await.context("hostile messages")?;
    step("calls");
    calls::all(alice).await.context("calls")?;

    step("with every service");
    alice.stop().await?;
    alice.add_arguments([
        "-txindex=1",
        "-blockfilterindex=1",
        "-coinstatsindex=1",
        "-peerblockfilters=1",
        "-peerbloomfilters=1",
        "-txreconciliation=1",
        "-rest=1",
        "-logips=1",
        "-maxconnections=20",
        "-checkaddrman=10",
        "-whitelist=noban@127.0.0.9",
        "-uacomment=scene",
        "-blocknotify=false",
        "-rpcallowip=127.0.0.1",
        "-loglevel=trace",
    ]);
    if crate::core::binary()?.ends_with("bitcoin-node") {
        alice.add_arguments(["-ipcbind=unix"]);
    }
    alice.start_again().await?;
    connections::all(alice, bob).await.context("connections")?;
    polite::all(alice).await.context("polite messages")?;
    hostile::all(alice).await.context("hostile messages")?;
    connections::crowd(alice).await.context("a crowd")?;
    calls::all(alice).await.context("calls")?;

    step("after a crash");
    alice.mine(3).await?;
    alice.kill()?;
    alice.add_arguments(["-checklevel=4", "-checkblocks=0"]);
    alice.start_again().await?;
    alice.mine(1).await?;
    calls::snapshot(alice).await.context("a snapshot")?;

    step("behind proxies that fail");
    let proxy = proxy::Proxy::start().await?;
    alice.stop().await?;
    alice.add_arguments([
        format!("-proxy={}", proxy.address()),
        format!("-i2psam={}", proxy.address()),
    ]);
    alice.start_again().await?;
    connections::through_proxy(alice).await.context("a proxy")?;

    step("reindexing");
    alice.stop().await?;
    alice.add_arguments(["-noproxy", "-i2psam=", "-reindex=1", "-blocksonly=1"]);
    alice.start_again().await?;
    connections::all(alice, bob).await.context("connections")?;
    polite::all(alice).await.context("polite messages")?;

    step("with settings that it refuses");
    alice.stop().await?;
    for (refused, accepted) in REFUSED {
        alice.add_arguments([refused]);
        ensure!(
            alice.start_again().await.is_err(),
            "the node starts with {refused}"
        );
        alice.add_arguments([accepted]);
    }

    step("with damaged files");
    for file in [
        "mempool.dat",
        "fee_estimates.dat",
        "anchors.dat",
        "banlist.json",
    ] {
        std::fs::write(alice.chain_dir().join(file), "nonsense")?;
    }
    alice.start_again().await?;
    alice.stop().await?;
    let addresses = alice.chain_dir().join("peers.dat");
    std::fs::write(&addresses, "nonsense")?;
    ensure!(
        alice.start_again().await.is_err(),
        "the node starts with damaged addresses"
    );
    std::fs::remove_file(addresses)?;

    step("pruned");
    alice.add_arguments([
        "-reindex=0",
        "-txindex=0",
        "-coinstatsindex=0",
        "-blockfilterindex=0",
        "-peerblockfilters=0",
        "-prune=1",
        "-fastprune=1",
        "-blocksonly=0",
    ]);
    alice.start_again().await?;
    calls::pruning(alice).await.context("pruning")?;
    alice.restart().await
}
