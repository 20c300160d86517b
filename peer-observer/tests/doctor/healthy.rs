//! A node on which there is nothing to complain of, and the forms of the report.

use anyhow::Result;
use testkit::Node;

use crate::patient::Patient;

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_node_has_no_problems() -> Result<()> {
    let node = Node::start().await?;
    let pid = node.pid()?;
    let patient = Patient::with(node)?;
    patient.script("timedatectl", "echo yes")?;
    let report = patient.examine()?;
    assert_eq!(report.problems, 0, "{report:#?}");
    let areas: Vec<&str> = report
        .findings
        .iter()
        .map(|finding| finding.area.as_str())
        .collect();
    for area in [
        "kernel",
        "rights",
        "clock",
        "disk",
        "node",
        "tracepoints",
        "rpc",
        "methods",
        "debug_log",
        "ipc",
    ] {
        assert!(areas.contains(&area), "{area} is not in {areas:?}");
    }
    let node = report
        .findings
        .iter()
        .find(|finding| finding.area == "node")
        .unwrap();
    assert_eq!(node.node.as_deref(), Some("alice"));
    assert!(node.text.contains("chain regtest"), "{}", node.text);
    assert!(node.text.contains(&pid.to_string()), "{}", node.text);

    let text = patient.examine_as_text()?;
    assert!(
        text.contains("\nthis machine\n") && text.contains("\nnode alice\n"),
        "{text}"
    );
    assert!(text.contains("No problems"), "{text}");
    assert!(
        !text.contains('\u{1b}'),
        "no colours but on a terminal: {text:?}"
    );
    Ok(())
}
