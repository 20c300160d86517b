//! The IPC socket.

use anyhow::Result;
use testkit::Node;

use crate::patient::Patient;

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_socket() -> Result<()> {
    let mut patient = Patient::with(Node::start().await?)?;
    let report = patient.examine()?;
    assert_eq!(
        report
            .find("ipc_off")
            .map(|finding| finding.status.as_str()),
        Some("warning")
    );
    patient.heal("ipc_off").await?;
    let report = patient.examine()?;
    let ipc = report
        .findings
        .iter()
        .find(|finding| finding.area == "ipc")
        .unwrap();
    assert!(
        ipc.status == "ok" && ipc.text.contains("node.sock"),
        "{ipc:?}"
    );

    std::fs::remove_file(patient.node()?.chain_dir().join("node.sock"))?;
    patient.heal("ipc_unreachable").await
}
