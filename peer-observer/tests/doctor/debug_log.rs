//! The node's log.

use anyhow::Result;
use testkit::{Node, wait_for};

use crate::patient::Patient;

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_off() -> Result<()> {
    let node = Node::builder().argument("-nodebuglogfile").start().await?;
    let mut patient = Patient::with(node)?;
    patient.heal("log_off").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_off_in_bitcoin_conf() -> Result<()> {
    let mut patient = Patient::with(Node::start().await?)?;
    patient.write_bitcoin_conf("nodebuglogfile=1\n")?;
    patient.node()?.restart().await?;
    patient.heal("log_off").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_moved_away() -> Result<()> {
    let mut patient = Patient::with(Node::start().await?)?;
    let log = patient.node()?.debug_log();
    // As logrotate does it, with and without a new file.
    for (id, creates) in [("log_missing", false), ("log_not_growing", true)] {
        std::fs::rename(&log, log.with_extension("old"))?;
        if creates {
            std::fs::write(&log, "")?;
        }
        let finding = patient.is_found(id, "kill -HUP")?;
        patient.follow(&finding).await?;
        // Core opens it anew with the next line after it has got the signal.
        wait_for("the node writes again", async || {
            let mined = patient.node.as_ref().unwrap().mine(1).await;
            mined.is_ok() && patient.is_healed(id).is_ok()
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_says_little() -> Result<()> {
    let mut patient = Patient::with(Node::start().await?)?;
    patient.heal("log_lacks_details").await?;
    let report = patient.examine()?;
    let written = report
        .findings
        .iter()
        .find(|finding| finding.text.starts_with("written with"))
        .unwrap();
    assert!(written.text.contains("logthreadnames"), "{}", written.text);
    assert!(
        written.text.contains("addrman, cmpctblock"),
        "{}",
        written.text
    );
    Ok(())
}
