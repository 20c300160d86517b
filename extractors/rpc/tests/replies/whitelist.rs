//! A node that allows just what is called.

use peer_observer_event::RPC_METHODS;
use peer_observer_rpc::{RpcExtractorSettings, whitelist};
use testkit::Node;

use super::extractor::Extractor;

#[tokio::test]
async fn the_whitelist_is_what_is_called() {
    let all = RpcExtractorSettings::default();
    let mut expected = RPC_METHODS.to_vec();
    expected.sort_unstable();
    assert_eq!(whitelist(&all), expected);

    let mut some = all;
    let wanted = ["getmempoolinfo", "getrpcinfo"];
    for (method, settings) in &mut some.methods {
        settings.enabled = wanted.contains(method);
    }
    let list = whitelist(&some);
    assert_eq!(list, ["getmempoolinfo", "getrpcinfo", "uptime"]);

    let argument = format!("-rpcwhitelist=__cookie__:{}", list.join(","));
    let node = Node::builder().argument(argument).start().await.unwrap();
    let mut extractor = Extractor::start(&node, some, None).await;
    extractor.first_of_each(&wanted).await;
    let mut called = extractor.proxy.methods();
    called.sort();
    called.dedup();
    assert_eq!(called, list);
}
