//! RPC, REST, HTTP and IPC calls.

use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Node;

/// All of them.
pub(super) async fn all(alice: &Node) -> Result<()> {
    rpc(alice).await?;
    http(alice).await?;
    command_line(alice).await?;
    time(alice).await
}

async fn rpc(alice: &Node) -> Result<()> {
    let tip: String = alice.rpc("getbestblockhash", ()).await?;
    let calls = [
        ("getblockchaininfo", json!([])),
        ("getmempoolinfo", json!([])),
        ("getnettotals", json!([])),
        ("getaddrmaninfo", json!([])),
        ("getnodeaddresses", json!([0])),
        ("getrawaddrman", json!([])),
        ("gettxoutsetinfo", json!(["muhash"])),
        ("gettxoutsetinfo", json!(["hash_serialized_3", 5])),
        ("getblockstats", json!([tip])),
        ("getblockfilter", json!([tip])),
        ("getindexinfo", json!([])),
        ("estimatesmartfee", json!([5])),
        ("estimaterawfee", json!([2])),
        ("verifychain", json!([4, 10])),
        ("scantxoutset", json!(["start", ["raw(51)"]])),
        ("scanblocks", json!(["start", ["raw(51)"]])),
        ("addpeeraddress", json!(["8.8.8.8", 18444, true])),
        ("addpeeraddress", json!(["8.8.8.8", 18444, true])),
        ("addpeeraddress", json!(["9.9.9.9", 18444])),
        ("logging", json!([[], ["libevent"]])),
        ("logging", json!([["all"], []])),
        ("getblock", json!(["00".repeat(32)])),
        ("nosuchmethod", json!([])),
        ("getblock", json!(["no hash"])),
        ("importmempool", json!(["/nonexistent"])),
        ("waitforblockheight", json!([0])),
        ("getprioritisedtransactions", json!([])),
        ("getorphantxs", json!([])),
        ("getmemoryinfo", json!([])),
        ("echo", json!(["a"])),
    ];
    for (method, parameters) in calls {
        // Many of them are meant to fail.
        alice.rpc::<Value>(method, parameters).await.ok();
    }
    Ok(())
}

/// Requests that no RPC client makes.
async fn http(alice: &Node) -> Result<()> {
    let requests = [
        "GET /rest/chaininfo.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET /rest/tx/00.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp5\r\nContent-Length: 2\r\n\
         Connection: close\r\n\r\n{}",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        "BREW / HTTP/1.1\r\n\r\n",
        "nonsense\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
    ];
    for request in requests {
        let mut stream = TcpStream::connect(alice.rpc_address()).await?;
        stream.write_all(request.as_bytes()).await?;
        stream.shutdown().await?;
        stream.read_to_end(&mut Vec::new()).await.ok();
    }
    Ok(())
}

/// `bitcoin-cli`, which takes the IPC socket where the node has one.
async fn command_line(alice: &Node) -> Result<()> {
    let program = crate::core::binary()?.with_file_name("bitcoin-cli");
    if !program.is_file() {
        return Ok(());
    }
    for arguments in [
        ["getblockcount", ""],
        ["getblockhash", "0"],
        ["nosuchmethod", ""],
    ] {
        let mut command = Command::new(&program);
        command
            .arg("-regtest")
            .arg(format!("-datadir={}", alice.datadir().display()))
            .arg(format!("-rpcport={}", alice.rpc_address().port()))
            .args(arguments.iter().filter(|argument| !argument.is_empty()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        tokio::task::spawn_blocking(move || command.status())
            .await?
            .context("starting bitcoin-cli")?;
    }
    Ok(())
}

/// The node's clock set forward: what it does seldom, it does now.
async fn time(alice: &Node) -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    for later in [0, 1300, 2 * 3600, 15 * 24 * 3600] {
        alice.rpc::<Value>("setmocktime", [now + later]).await?;
        alice.rpc::<Value>("mockscheduler", [3500]).await?;
        alice.rpc::<Value>("getpeerinfo", ()).await?;
    }
    alice.rpc::<Value>("setmocktime", [0]).await?;
    Ok(())
}

/// The UTXO set written to a file.
pub(super) async fn snapshot(alice: &Node) -> Result<()> {
    alice
        .rpc::<Value>("dumptxoutset", ("utxo.dat", "latest"))
        .await?;
    alice
        .rpc::<Value>(
            "dumptxoutset",
            json!(["rollback.dat", "rollback", {"rollback": 50}]),
        )
        .await
        .ok();
    let path = alice.chain_dir().join("utxo.dat");
    let path = path.to_string_lossy();
    alice.rpc::<Value>("loadtxoutset", [path]).await.ok();
    Ok(())
}

/// Old blocks given up.
pub(super) async fn pruning(alice: &Node) -> Result<()> {
    alice.mine(300).await?;
    let height: u64 = alice.rpc("getblockcount", ()).await?;
    alice
        .rpc::<Value>("pruneblockchain", [height - 290])
        .await?;
    let first: String = alice.rpc("getblockhash", [1]).await?;
    alice.rpc::<Value>("getblock", [first]).await.ok();
    Ok(())
}
