//! The bus: gives every event its place, once, and hands it to whoever
//! subscribed; counts what it could not hand over.
//!
//! ```text
//!  Publisher ──► Bus (order, bus_time) ──► queue ──► Subscription
//!                                     └──► queue ──► Subscription
//! ```
//!
//! Publishing never waits and never fails: a subscription whose queue is full
//! loses events, is told so in place, and disturbs nobody else.

mod accounting;
mod bus;
mod publisher;
mod queue;
mod runs;
mod subscription;
mod ticks;

pub use accounting::{Hop, dropped};
pub use bus::{Bus, SubscriptionStatus};
pub use publisher::{Draft, Publisher};
pub use queue::Delivery;
pub use subscription::{Subscription, SubscriptionOptions};

/// The machine's clock, in nanoseconds since the epoch.
pub fn wall_clock_ns() -> u64 {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    // A clock before 1970 is not worth an error path: everything is then "at 0".
    since_epoch.map_or(0, |elapsed| {
        elapsed.as_nanos().try_into().unwrap_or(u64::MAX)
    })
}
