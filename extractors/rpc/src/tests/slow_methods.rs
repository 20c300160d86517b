//! A slow method delays no other.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::LONG;
use super::fake_node::{FakeNode, Manner};
use crate::MethodSettings;
use crate::link::{Link, link};
use crate::method::Method;
use crate::methods::METHODS;
use crate::probe::locate;
use crate::schedule::{Times, call_in_interval};
use crate::transport::Transport;

#[tokio::test]
async fn a_slow_method_delays_no_other() {
    let node = FakeNode::start().await;
    node.set("slow", Manner::Hangs);
    let (sender, link) = link();
    let (called_sender, mut called) = mpsc::channel(2);
    let settings = MethodSettings {
        enabled: true,
        interval: Duration::from_millis(20),
        timeout: Duration::from_secs(3),
    };
    for name in ["slow", "quick"] {
        let method = Method { name, ..METHODS[0] };
        tokio::spawn(call_in_interval(
            method,
            Times::new(0, settings),
            Transport::Http,
            link.clone(),
            called_sender.clone(),
        ));
    }
    let node_itself = locate(&node.settings).await.unwrap();
    sender.send_replace(Some(Link {
        node: node_itself,
        generation: 1,
    }));
    let mut quick = 0;
    loop {
        let called = timeout(LONG, called.recv()).await.unwrap().unwrap();
        match called.method {
            "quick" => quick += usize::from(called.result.is_ok()),
            _ => break,
        }
    }
    assert!(quick >= 20, "only {quick} calls while another hung for 3 s");
    assert_eq!(node.calls("slow"), 1);
}
