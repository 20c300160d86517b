//! How late an event is: from the node's tracepoint to a websocket client.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use peer_observer_event::Event;
use prost::Message as _;
use testkit::Node;
use testkit::observer::Observer;
use tokio_tungstenite::tungstenite::Message;

use super::{client, table};
use crate::node;
use crate::observer;

/// What the client asks for.
const REQUEST: &str = r#"{"events": {"kinds": ["p2p_message"]}, "format": "protobuf"}"#;
/// The client has had everything when nothing came for so long.
const SILENCE: Duration = Duration::from_secs(2);

/// Two delays of one event, in nanoseconds.
struct Delay {
    to_bus: u64,
    to_client: u64,
}

/// `per_second` messages, in and out together, for `duration`.
pub(crate) async fn run(per_second: u32, duration: Duration) -> Result<()> {
    node::ensure()?;
    let binary = observer::build()?;
    let node = Node::builder().without_checks().start().await?;
    node.mine(1).await?;
    let observer = Observer::start(&binary, "bench", node.datadir(), None, "").await?;
    let socket = client::connect(&observer.url, REQUEST).await?;
    let client = tokio::spawn(receive(socket));
    eprintln!("{per_second} messages/s for {} s", duration.as_secs());
    // Each ping is answered: half as many make the rate.
    let load = lab::load::paced_pings(node.p2p_address(), per_second / 2, duration).await?;
    let delays = client.await.context("the client panicked")??;
    let expected = load.sent_messages + load.received_messages;
    ensure!(
        delays.len() as u64 >= expected,
        "{} events for {expected} messages",
        delays.len()
    );
    let of = |name: &str, delay: fn(&Delay) -> u64| row(name, delays.iter().map(delay).collect());
    println!(
        "\nDelay from the tracepoint at {per_second} messages/s, {} events, in milliseconds:\n",
        delays.len()
    );
    table::print(
        &["to", "p50", "p90", "p99", "p99.9", "most"],
        &[
            of("the bus", |delay| delay.to_bus),
            of("a websocket client", |delay| delay.to_client),
        ],
    );
    Ok(())
}

async fn receive(mut socket: client::Socket) -> Result<Vec<Delay>> {
    let mut delays = Vec::new();
    loop {
        let next = tokio::time::timeout(SILENCE, socket.next()).await;
        match next {
            Err(_) if !delays.is_empty() => return Ok(delays),
            Err(_) => {}
            Ok(None) => bail!("the connection has ended"),
            Ok(Some(Ok(Message::Binary(mut frame)))) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos() as u64;
                while !frame.is_empty() {
                    let event = Event::decode_length_delimited(&mut frame)?;
                    delays.push(Delay {
                        to_bus: event.bus_time_ns.saturating_sub(event.time_ns),
                        to_client: now.saturating_sub(event.time_ns),
                    });
                }
            }
            Ok(Some(Ok(Message::Text(text)))) => {
                ensure!(
                    !text.contains("\"missed\""),
                    "the client was too slow: {text}"
                );
            }
            Ok(Some(frame)) => drop(frame?),
        }
    }
}

fn row(name: &str, mut delays: Vec<u64>) -> Vec<String> {
    delays.sort_unstable();
    let at = |share: f64| {
        let place = ((delays.len() as f64 * share) as usize).min(delays.len() - 1);
        format!("{:.2}", delays[place] as f64 / 1e6)
    };
    let mut row = vec![name.to_owned()];
    row.extend([0.5, 0.9, 0.99, 0.999, 1.0].map(at));
    row
}
