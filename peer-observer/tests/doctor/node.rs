//! The node itself, and its tracepoints.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use testkit::{Node, core};

use crate::patient::Patient;

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_does_not_run() -> Result<()> {
    let mut patient = Patient::with(Node::start().await?)?;
    patient.set_node("chain", "regtest");
    patient.node()?.stop().await?;
    let datadir = patient.node()?.datadir().display().to_string();
    let command = format!("bitcoind -daemon -chain=regtest -datadir={datadir}");
    patient.is_found("node_not_running", &command)?;
    // As the command would, but without ever dialling out.
    patient.node()?.start_again().await?;
    patient.is_healed("node_not_running")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_stopped() -> Result<()> {
    let mut patient = Patient::with(Node::start().await?)?;
    let pid = patient.node()?.pid()?;
    let status = Command::new("kill")
        .args(["-STOP", &pid.to_string()])
        .status()?;
    ensure!(status.success());
    patient.heal("node_stopped").await
}

#[tokio::test]
async fn a_configuration_that_makes_no_sense() -> Result<()> {
    let datadir = tempfile::tempdir()?;
    let mut patient = Patient::at(datadir.path())?;
    patient.write_bitcoin_conf("chain=moon\n")?;
    patient.heal("chain_unknown").await?;
    patient.write_bitcoin_conf(&"#".repeat(2 << 20))?;
    patient.is_found("node_not_found", "correct that")?;
    patient.write_bitcoin_conf("")?;
    patient.is_healed("node_not_found")
}

/// A copy of the node's program, in a place of its own.
fn copy_of_program(directory: &Path) -> Result<PathBuf> {
    let copy = directory.join("bitcoin-node");
    std::fs::copy(core::binary()?, &copy)?;
    Ok(copy)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_tracepoints() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let program = copy_of_program(directory.path())?;
    let status = Command::new("objcopy")
        .arg("--remove-section=.note.stapsdt")
        .arg(&program)
        .status()?;
    ensure!(status.success());
    let node = Node::builder().program(&program).start().await?;
    let mut patient = Patient::with(node)?;
    patient.is_found("tracepoints_absent", "-DWITH_USDT=ON")?;
    // One that was built so.
    patient.node()?.stop().await?;
    copy_of_program(directory.path())?;
    patient.node()?.start_again().await?;
    patient.is_healed("tracepoints_absent")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_fewer_tracepoints() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let program = copy_of_program(directory.path())?;
    let mut bytes = std::fs::read(&program)?;
    let name = b"net\0misbehaving_connection\0";
    let places: Vec<usize> = (0..bytes.len() - name.len())
        .filter(|at| bytes[*at..].starts_with(name))
        .collect();
    ensure!(!places.is_empty(), "the tracepoint is in the binary");
    for at in places {
        bytes[at + 4] = b'X';
    }
    std::fs::write(&program, bytes)?;
    let node = Node::builder().program(&program).start().await?;
    let mut patient = Patient::with(node)?;
    let finding = patient.is_found(
        "tracepoints_missing",
        "set connections = false under [ebpf]",
    )?;
    assert_eq!(finding.status, "warning");
    assert!(
        finding
            .text
            .ends_with("missing: net:misbehaving_connection"),
        "{}",
        finding.text
    );
    patient.set("ebpf.connections", false.into());
    patient.is_healed("tracepoints_missing")
}
