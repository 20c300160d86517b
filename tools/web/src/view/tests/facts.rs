//! What the node says of itself.

use peer_observer_event::{BlockchainInfo, Payload, Uptime};

use super::{Watched, ping};

#[test]
fn what_the_node_says_of_itself_is_kept_for_one_run() {
    let mut node = Watched::new();
    let info = BlockchainInfo {
        chain: Some("regtest".to_owned()),
        height: Some(203),
        warnings: vec!["w".repeat(10_000); 100],
        ..BlockchainInfo::default()
    };
    node.see(Payload::BlockchainInfo(Box::new(info)));
    node.see(Payload::Uptime(Uptime {
        uptime_seconds: Some(60),
        ..Uptime::default()
    }));
    let row = |node: &Watched| serde_json::to_value(node.view.node_rows()).unwrap()[0].clone();
    let facts = &row(&node)["facts"];
    assert_eq!(facts["chain"]["chain"], "regtest");
    assert_eq!(facts["chain"]["warnings"].as_array().unwrap().len(), 16);
    assert_eq!(facts["started_unix_seconds"], 1_790_000_000 - 60);
    assert!(facts.get("mempool").is_none(), "nobody has said anything");
    assert_eq!(
        row(&node)["height"],
        203,
        "no block has been connected since we watch"
    );
    node.run = Some(900);
    node.see(ping(1));
    assert_eq!(row(&node)["facts"], serde_json::json!({}));
}
