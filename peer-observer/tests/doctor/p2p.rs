//! The P2P port that the node should dial.

use anyhow::Result;
use testkit::Node;

use crate::patient::Patient;

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_does_not_dial_us() -> Result<()> {
    let mut patient = Patient::with(Node::start().await?)?;
    assert!(patient.examine()?.find("p2p_not_dialled").is_none());
    patient.set_node("p2p_listen", "127.0.0.1:1");
    patient.heal("p2p_not_dialled").await
}
