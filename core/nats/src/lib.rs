//! The bus over NATS.
//!
//! Each process has its bus; extractors and tools know only that one. A link
//! connects it with a NATS server:
//!
//! ```text
//!  extractor ─► Bus ─► Uplink ─► NATS server ─► Downlink ─► Bus ─► tool
//! ```
//!
//! An [`Uplink`] sends what was made in this process, and nothing else, so links
//! make no loops. It holds each event until the server has confirmed it and
//! sends it again, in order, on the next connection. A [`Downlink`] brings what
//! others made, without what comes twice, and counts what is missing.

mod connection;
mod downlink;
mod encoder;
mod error;
mod look;
mod outbox;
mod retry;
mod settings;
mod stream;
mod subject;
mod ticks;
mod uplink;

pub use downlink::{Downlink, Durable, Following, Place};
pub use error::NatsError;
pub use look::{ServerFacts, look};
pub use settings::{Login, Mode, NatsSettings, StreamSettings, check_address};
pub use subject::Wanted;
pub use uplink::Uplink;
