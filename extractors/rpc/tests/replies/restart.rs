//! The node goes away and comes back with another cookie.

use peer_observer_event::{Payload, RPC_METHODS};
use peer_observer_rpc::RpcExtractorSettings;
use testkit::Node;

use super::extractor::Extractor;

#[tokio::test]
async fn a_restarted_node_is_asked_everything_again() {
    let mut node = Node::start().await.unwrap();
    let settings = RpcExtractorSettings::default();
    let mut extractor = Extractor::start(&node, settings, None).await;
    let before = extractor.first_of_each(&RPC_METHODS).await;
    node.restart().await.unwrap();
    extractor
        .until(|payload| matches!(payload, Payload::NodeBack(_)))
        .await;
    let after = extractor.first_of_each(&RPC_METHODS).await;
    for method in RPC_METHODS {
        let (before, after) = (before[method].run.unwrap(), after[method].run.unwrap());
        assert!(
            after > before + 3,
            "{method} is of the same life: {before}, {after}"
        );
    }
}
