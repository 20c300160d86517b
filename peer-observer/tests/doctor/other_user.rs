//! Doctor as a user who owns neither the node nor its files: advice after
//! advice, until everything works.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};
use testkit::{Node, wait_for};

use crate::patient::Patient;

/// More rounds than there are problems.
const MOST_ROUNDS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn from_no_rights_at_all_to_everything() -> Result<()> {
    let node = Node::builder().argument("-ipcbind=unix").start().await?;
    let mut patient = Patient::with(node)?;
    patient.become_nobody()?;
    let mut seen = BTreeSet::new();
    for _ in 0..MOST_ROUNDS {
        let report = patient.examine()?;
        let wanted = ["log_unreadable", "ipc_forbidden"];
        let next = report.findings.iter().find(|finding| {
            let id = finding.id.as_deref().unwrap_or_default();
            (finding.status == "problem" && finding.area != "clock") || wanted.contains(&id)
        });
        let Some(next) = next else { break };
        ensure!(seen.insert(next.id.clone().unwrap()), "again: {next:?}");
        patient.follow(next).await?;
    }
    let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
    assert_eq!(
        seen,
        [
            "capabilities_missing",
            "cookie_unreadable",
            "datadir_unreadable",
            "ipc_forbidden",
            "log_unreadable"
        ]
    );
    let report = patient.examine()?;
    let ids = report.ids();
    assert!(!ids.iter().any(|id| seen.contains(id)), "{ids:?}");
    Ok(())
}

/// The node of another user, all of whose files are open.
async fn open_patient() -> Result<Patient> {
    let node = Node::start().await?;
    for directory in [node.datadir().to_owned(), node.chain_dir()] {
        std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o755))?;
    }
    let mut patient = Patient::with(node)?;
    patient.become_nobody()?;
    Ok(patient)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_of_another_user() -> Result<()> {
    let mut patient = open_patient().await?;
    let status = Command::new("setcap")
        .arg("cap_bpf,cap_perfmon+ep")
        .arg(patient.program())
        .status()?;
    ensure!(status.success());
    patient.heal("ptrace_missing").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_same_user_may_read_of_a_process() -> Result<()> {
    let patient = open_patient().await?;
    patient.is_found("process_unreadable", "as the node's user")?;
    // What it says of capabilities is true, too.
    let status = Command::new("setcap")
        .arg("cap_sys_ptrace,cap_dac_read_search+ep")
        .arg(patient.program())
        .status()?;
    ensure!(status.success());
    patient.is_healed("process_unreadable")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_another_user() -> Result<()> {
    let mut patient = open_patient().await?;
    let password = patient.directory.path().join("password");
    std::fs::write(&password, "a long password\n")?;
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o600))?;
    patient.set_node("rpc_user", "observer");
    patient.set_node("rpc_password_file", password.to_str().unwrap());
    patient.heal("password_unreadable").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_whose_writer_cannot_be_seen() -> Result<()> {
    let mut patient = open_patient().await?;
    patient.set("ebpf.enabled", false.into());
    patient.set_password("a long password")?;
    patient.heal("credentials_refused").await?;

    // Rotated without a word to the node, which then heard of a block.
    let log = patient.node()?.debug_log();
    let readable = || std::fs::set_permissions(&log, std::fs::Permissions::from_mode(0o644));
    std::fs::rename(&log, log.with_extension("old"))?;
    let file = std::fs::File::create(&log)?;
    readable()?;
    file.set_modified(SystemTime::now() - Duration::from_secs(3 * 3600))?;
    patient.node()?.mine(1).await?;
    let finding = patient.is_found("log_not_growing", "kill -HUP")?;
    patient.follow(&finding).await?;
    // Core opens it anew with the next line after it has got the signal.
    wait_for("the node writes again", async || {
        let mined = patient.node.as_ref().unwrap().mine(1).await;
        mined.is_ok() && readable().is_ok() && patient.is_healed("log_not_growing").is_ok()
    })
    .await
}
