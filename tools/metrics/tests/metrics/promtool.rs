//! Prometheus' own checker on a text with everything in it.

use std::collections::HashSet;
use std::io::Write;
use std::process::{Command, Stdio};

use peer_observer_metrics::reference;

use crate::everything::text_of_everything;
use crate::harness::series;

#[tokio::test]
async fn every_metric_of_the_reference_can_have_data() {
    let text = text_of_everything().await;
    let declared: HashSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
        .collect();
    let reference = reference();
    let missing: Vec<&str> = reference
        .lines()
        .filter_map(|line| line.strip_prefix("### `peerobserver")?.strip_suffix('`'))
        .filter(|name| !declared.contains(format!("peerobserver{name}").as_str()))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[tokio::test]
async fn promtool_finds_nothing_to_say() {
    let text = text_of_everything().await;
    assert!(series(&text) > 400, "{} series", series(&text));
    let checked = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut checked = checked.expect("promtool starts; it is in Debian's package prometheus");
    let mut input = checked.stdin.take().expect("a pipe");
    input.write_all(text.as_bytes()).expect("promtool reads");
    drop(input);
    let output = checked.wait_with_output().expect("promtool ends");
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success() && said.is_empty(),
        "{}",
        String::from_utf8_lossy(&said)
    );
}
