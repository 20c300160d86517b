//! A client does the node no harm, however it ends.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use peer_observer_ipc::{IpcClient, Limits};
use testkit::{Node, wait_for};

use crate::SOON;

/// Tells the test that this process is a client, and of which socket.
const SOCKET: &str = "PEER_OBSERVER_TEST_IPC_SOCKET";
/// What it then writes when it waits in the node.
const WAITING: &str = "PEER_OBSERVER_TEST_IPC_WAITING";

/// The client that is killed below; no test of its own.
#[tokio::test]
async fn waiting_client() -> Result<()> {
    let (Ok(socket), Ok(file)) = (std::env::var(SOCKET), std::env::var(WAITING)) else {
        return Ok(());
    };
    let client = IpcClient::connect(Path::new(&socket), Limits::default()).await?;
    let tip = client.tip(SOON).await?.unwrap();
    let waiting = client.wait_tip_changed(tip.hash, SOON);
    let template = async {
        std::fs::write(file, "")?;
        loop {
            client.block_template(SOON).await?;
        }
    };
    tokio::select! {
        waited = waiting => panic!("{waited:?}"),
        ended = template => ended,
    }
}

/// In the middle of a wait and of a template.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_are_killed() -> Result<()> {
    let node = Node::builder().ipc().start().await?;
    node.mine(1).await?;
    for life in 0..10 {
        let file = node.datadir().join(format!("waiting-{life}"));
        let mut client = Command::new(std::env::current_exe()?)
            .args(["--exact", "guests::waiting_client"])
            .env(SOCKET, node.ipc_socket())
            .env(WAITING, &file)
            .stdout(Stdio::null())
            .spawn()?;
        let is_waiting = wait_for("the client waits in the node", async || file.exists()).await;
        client.kill()?;
        client.wait()?;
        is_waiting?;
    }
    wait_for("the node has noticed all of them", async || {
        let log = std::fs::read_to_string(node.debug_log()).unwrap();
        log.matches("socket disconnected").count() == 10
    })
    .await?;
    node.rpc::<u64>("uptime", ()).await?;
    Ok(())
}

/// One that is dropped or closed ends with nothing under way.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_end_as_they_should() -> Result<()> {
    let mut node = Node::builder().ipc().start().await?;
    for is_closed in [true, false] {
        let client = IpcClient::connect(&node.ipc_socket(), Limits::default()).await?;
        let tip = client.tip(SOON).await?.unwrap();
        let waiting = {
            let client = client.clone();
            tokio::spawn(async move { client.wait_tip_changed(tip.hash, SOON).await })
        };
        // Behind the wait, on the same connection.
        client.echo(SOON).await?;
        match is_closed {
            true => {
                client.close().await;
                assert!(!client.is_open() && waiting.await?.is_err());
            }
            false => {
                waiting.abort();
                drop(client);
            }
        }
    }
    wait_for("both have gone", async || {
        let log = std::fs::read_to_string(node.debug_log()).unwrap();
        log.matches("socket disconnected").count() == 2
    })
    .await?;
    tokio::time::timeout(Duration::from_secs(20), node.stop()).await??;
    let log = std::fs::read_to_string(node.debug_log())?;
    for complaint in ["canceled", "uncaught"] {
        assert!(!log.contains(complaint), "{log}");
    }
    Ok(())
}
