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
mod arrivals;
mod bus;
mod bus_clock;
mod clock;
mod publisher;
mod queue;
mod runs;
mod subscription;
mod ticks;

pub use accounting::{Hop, dropped};
pub use arrivals::{Arrival, Arrivals};
pub use bus::{Bus, SubscriptionStatus};
pub use clock::{boot_ns, monotonic_ns, time_of_boot_ns, wall_clock_ns};
pub use publisher::{Draft, Publisher};
pub use queue::Delivery;
pub use subscription::{Subscription, SubscriptionOptions};
