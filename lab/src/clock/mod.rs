//! Node time: hours of a node's life in minutes.
//!
//! [`MockClock`] drives the clocks of regtest nodes with the RPC `setmocktime`,
//! up to 30 times as fast as real time. What a node times by its clock follows:
//! pings each 2 minutes, announcements, address relay, timeouts of peers. So
//! does its scheduler, which writes peers.dat and looks for a stale tip: it has
//! a clock of its own, and is moved forward with the RPC `mockscheduler`.
//!
//! Not everything follows. Core measures how long something took (connecting a
//! block, answering a call) with a clock that nobody can set, writes its log
//! with the host's time, and looks at its peers at least ten times a real
//! second: at 30× a message waits up to 3 s of node time. It times pings by its
//! own clock, which moves in whole seconds: `pingtime` is mostly 0. And at 30×
//! a handshake has 2 s of real time instead of 60 (`-peertimeout` changes that),
//! a ping 40 s instead of 20 minutes.
//!
//! [`ClockMap`] is the way back: which node time it was at a real time.
//! [`recording`](crate::recording) puts events on node time with it.
//! [`Pace`] tells those who make traffic how long a node's second is.

mod driver;
mod follower;
mod map;
mod mock;
mod pace;

pub use map::{ClockMap, ClockMapError, ClockPoint};
pub use mock::{ClockError, FASTEST, MockClock, MockClockOptions};
pub use pace::Pace;
