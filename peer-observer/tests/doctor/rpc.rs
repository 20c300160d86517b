//! The RPC server: reachable, with credentials, and with the methods that are called.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};

use anyhow::Result;
use serde_json::json;
use testkit::{Node, core, wait_for};

use crate::fake_rpc::{Answer, FakeRpc};
use crate::patient::Patient;

async fn patient() -> Result<Patient> {
    Patient::with(Node::start().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_elsewhere() -> Result<()> {
    let mut patient = patient().await?;
    patient.set_node("rpc_address", "127.0.0.1:1");
    patient.heal("rpc_unreachable").await
}

/// A node that is started without the testkit, which needs the RPC server.
struct Silent(Child);

impl Silent {
    fn start(datadir: &Path, more: &str) -> Result<Silent> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(core::binary()?)
            .args([
                "-regtest",
                "-connect=0",
                "-listen=1",
                "-dnsseed=0",
                "-fixedseeds=0",
            ])
            .args(["-listenonion=0", "-natpmp=0", "-printtoconsole=0", more])
            .arg(format!("-bind=127.0.0.1:{port}"))
            .arg(format!("-datadir={}", datadir.display()))
            .spawn()?;
        Ok(Silent(child))
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_off() -> Result<()> {
    let datadir = tempfile::tempdir()?;
    let patient = Patient::at(datadir.path())?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    patient.write_bitcoin_conf(&format!("server=0\n[regtest]\nrpcport={port}\n"))?;
    let silent = Silent::start(datadir.path(), "-debuglogfile=debug.log")?;
    wait_for("the node runs", async || {
        patient.is_healed("node_not_running").is_ok()
    })
    .await?;
    let finding = patient.is_found("rpc_off", "server=1")?;
    assert_eq!(finding.fixes[0].place, "bitcoin_conf");
    drop(silent);
    // On the command line it is stronger than in bitcoin.conf.
    let silent = Silent::start(datadir.path(), "-noserver")?;
    wait_for("the node runs again", async || {
        patient.is_healed("node_not_running").is_ok()
    })
    .await?;
    let on_command_line = patient.is_found("rpc_off", "-server=1")?;
    assert_eq!(on_command_line.fixes[0].place, "node_command_line");
    drop(silent);
    // Before the sections, where the line was.
    patient.write_bitcoin_conf(&format!(
        "{}\n[regtest]\nrpcport={port}\n",
        finding.fixes[0].text
    ))?;
    let _running = Silent::start(datadir.path(), "-debuglogfile=debug.log")?;
    wait_for("the node answers", async || {
        let report = patient.examine();
        report.is_ok_and(|report| {
            report
                .findings
                .iter()
                .any(|finding| finding.area == "methods" && finding.status == "ok")
        })
    })
    .await?;
    patient.is_healed("rpc_off")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_is_gone() -> Result<()> {
    let mut patient = patient().await?;
    let cookie = patient.node()?.chain_dir().join(".cookie");
    std::fs::remove_file(cookie)?;
    patient.heal("cookie_missing").await
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_are_refused() -> Result<()> {
    let mut patient = patient().await?;
    patient.set_password("a long password")?;
    // The line is made from the password, and Core takes it.
    patient.heal("credentials_refused").await?;
    assert!(!patient.examine_as_text()?.contains("a long password"));

    // Another node's cookie.
    let mut patient = self::patient().await?;
    let cookie = patient.directory.path().join("cookie");
    std::fs::write(&cookie, "__cookie__:0000")?;
    patient.set_node("rpc_cookie_file", cookie.to_str().unwrap());
    patient.heal("credentials_refused").await
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_are_not_allowed() -> Result<()> {
    let mut patient = patient().await?;
    patient.set_password("a long password")?;
    patient.heal("credentials_refused").await?;
    let conf = patient.node()?.datadir().join("bitcoin.conf");
    let present = std::fs::read_to_string(&conf)?;
    patient.write_bitcoin_conf(&format!(
        "{present}rpcwhitelistdefault=0\nrpcwhitelist=observer:getblockhash\n"
    ))?;
    patient.node()?.restart().await?;
    patient.heal("methods_forbidden").await?;

    // It is the line that `rpc-whitelist` prints.
    let config = patient.directory.path().join("peer-observer.toml");
    let output = Command::new(patient.program())
        .args(["rpc-whitelist", "--config"])
        .arg(&config)
        .output()?;
    let printed = String::from_utf8(output.stdout)?;
    let line = printed.lines().find(|line| !line.starts_with('#')).unwrap();
    assert!(line.starts_with("rpcwhitelist=observer:"), "{printed}");
    assert!(printed.contains("rpcwhitelistdefault"), "{printed}");
    assert!(
        std::fs::read_to_string(&conf)?
            .lines()
            .any(|present| present == line)
    );
    Ok(())
}

/// A patient whose RPC server says what the test wants.
async fn with_fake() -> Result<(Patient, FakeRpc)> {
    let mut patient = patient().await?;
    let fake = FakeRpc::start(patient.node()?.client()).await?;
    patient.set_node("rpc_address", &fake.address.to_string());
    Ok((patient, fake))
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_the_version_does_not_know() -> Result<()> {
    let (mut patient, fake) = with_fake().await?;
    fake.answer("getpeerinfo", Answer::Error(-32601));
    patient.heal("methods_unknown").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_node_says_of_itself() -> Result<()> {
    let (patient, fake) = with_fake().await?;
    // A build of the development branch warns of itself.
    let warns_anyway = patient.examine()?.find("node_warns").is_some();
    let cases = [
        (
            "clock_differs_from_peers",
            json!({"timeoffset": -3600}),
            "set-ntp true",
        ),
        (
            "version_old",
            json!({"version": 270_100, "subversion": "/Satoshi:27.1.0/"}),
            "29 or newer",
        ),
        (
            "node_warns",
            json!({"warnings": ["your clock is wrong"]}),
            "getnetworkinfo",
        ),
        // A text instead of a list before Core 28; control characters stay harmless.
        (
            "node_warns",
            json!({"warnings": "be\u{1b}[31mware\n"}),
            "getnetworkinfo",
        ),
    ];
    for (id, fields, advice) in cases {
        fake.answer("getnetworkinfo", Answer::With(fields));
        let finding = patient.is_found(id, advice)?;
        assert!(!finding.text.contains(char::is_control), "{finding:?}");
        fake.be_honest();
        if id != "node_warns" || !warns_anyway {
            patient.is_healed(id)?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_none() -> Result<()> {
    let (patient, fake) = with_fake().await?;
    fake.answer("getnetworkinfo", Answer::Error(-28));
    let starting = patient.is_found("rpc_starting", "-rpcwait")?;
    assert_eq!(starting.status, "warning");
    fake.answer("getnetworkinfo", Answer::Garbage);
    patient.is_found("rpc_no_good_answer", "really the node's RPC server")?;
    fake.be_honest();
    patient.is_healed("rpc_starting")?;
    patient.is_healed("rpc_no_good_answer")
}
