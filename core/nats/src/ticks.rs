//! Time passes in the stream although nothing happens.
//!
//! Whoever reads the stream takes its time from there, ticks included: all read
//! the same ones. Each process that is connected publishes them, named by their
//! second, and the server stores the first of each name (its duplicate window).

use std::time::Duration;

use async_nats::header::{HeaderMap, NATS_MESSAGE_ID};
use peer_observer_bus::wall_clock_ns;
use peer_observer_event::{Event, Extractor, Kind, Payload, Tick};
use prost::Message;

use crate::connection::Connection;
use crate::error::NatsError;
use crate::subject;

const SECOND_NS: u64 = 1_000_000_000;

/// Publishes a tick at the beginning of each second of this host's clock until
/// the connection breaks; says why it did.
pub(crate) async fn publish(connection: &Connection) -> NatsError {
    let subject = subject::of("", Kind::Tick);
    loop {
        let until_next_ns = SECOND_NS - wall_clock_ns() % SECOND_NS;
        tokio::time::sleep(Duration::from_nanos(until_next_ns)).await;
        let second = wall_clock_ns() / SECOND_NS;
        let mut headers = HeaderMap::new();
        headers.insert(NATS_MESSAGE_ID, format!("tick-{second}").as_str());
        let payload = tick(second).encode_to_vec().into();
        let published = connection
            .client
            .publish_with_headers(subject.clone(), headers, payload)
            .await;
        if let Err(error) = published {
            return connection.broken(&error).await;
        }
    }
}

/// The same from whichever process: of no instance, and without numbers, since
/// seconds in which nobody was connected are no loss.
fn tick(second: u64) -> Event {
    Event {
        extractor: Extractor::Bus.into(),
        time_ns: second * SECOND_NS,
        payload: Some(Payload::Tick(Tick {})),
        ..Event::default()
    }
}
