//! Both transports, and what is told about the connection.

use anyhow::Result;
use peer_observer_event::{Event, Payload, ProbeTransport};
use peer_observer_node::Process;
use testkit::Node;

use crate::support::{Observed, connected, our_peer, ping, settings};

async fn measures(arguments: &[&str], transport: ProbeTransport, word: &str) -> Result<()> {
    let mut node = Node::builder()
        .arguments(arguments.to_vec())
        .start()
        .await?;
    let mut observed = Observed::connected(&mut node, settings()).await?;
    let (connection, _) = observed.next_of(0, "the connection", connected).await?;
    assert_eq!(connection.transport(), transport);
    assert!(connection.verified);
    assert!(connection.handshake_ns > 0);
    let version = connection.version.as_ref().unwrap();
    assert!(
        version
            .user_agent
            .as_deref()
            .unwrap()
            .starts_with("/Satoshi:")
    );

    let ours = our_peer(&node, &connection).await?;
    assert_eq!(ours["id"].as_u64(), connection.peer_id);
    assert_eq!(ours["transport_protocol_type"], word);
    assert_eq!(ours["connection_type"], "manual");

    let pings = observed.pings(3).await?;
    assert!(pings[0].as_nanos() > 0);
    assert!(observed.is_working());
    let events = observed.finish().await?;
    let process = Process::with_pid(node.pid()?)?.unwrap();
    let run = process.start_unix_seconds();
    let measured = events.iter().filter(|event| {
        let payload = event.payload.as_ref();
        payload.is_some_and(|payload| ping(payload).is_some())
    });
    for event in measured {
        assert_eq!(event.run, Some(run));
        assert!(event.monotonic_ns.is_some() && event.time_ns > 0);
    }
    let order: Vec<&str> = events.iter().filter_map(|event| word_of(event)).collect();
    assert_eq!(order[..4], ["started", "gap", "node_back", "connected"]);
    assert_eq!(order.last(), Some(&"disconnected"), "it says that it ends");
    Ok(())
}

fn word_of(event: &Event) -> Option<&'static str> {
    Some(match event.payload.as_ref()? {
        Payload::Started(_) => "started",
        Payload::Gap(_) => "gap",
        Payload::NodeBack(_) => "node_back",
        Payload::ProbeConnected(_) => "connected",
        Payload::ProbeDisconnected(_) => "disconnected",
        _ => return None,
    })
}

#[tokio::test]
async fn a_node_that_speaks_v2_is_measured() -> Result<()> {
    measures(&[], ProbeTransport::V2, "v2").await
}

#[tokio::test]
async fn a_node_that_speaks_v1_alone_is_measured() -> Result<()> {
    measures(&["-v2transport=0"], ProbeTransport::V1, "v1").await
}
