//! Recordings of nodes whose clocks were driven, put on node time.
//!
//! Events are recorded as they come, on the host's time. Afterwards
//! [`OnNodeTime`] puts them on node time with the [`ClockMap`] that
//! [`MockClock::stop`] gives: an hour of the nodes is an hour in the recording,
//! and there is a tick each second. Whoever writes such a recording says so in
//! its header, with [`clock_note`].
//!
//! [`ClockMap`]: crate::clock::ClockMap
//! [`MockClock::stop`]: crate::clock::MockClock::stop

mod node_time;
mod times;

pub use node_time::OnNodeTime;
pub use times::map_event;

/// What the header of a recording on node time says of its times.
pub fn clock_note(speed: u32) -> String {
    format!(
        "node time: regtest nodes whose clocks were driven with setmocktime, {speed} times as fast \
         as real time. Times of events are node time, ticks were put in at \
         its seconds. Durations that were measured (of calls, blocks, pings of ours, CPU time) are \
         real ones; ping times in getpeerinfo are whole seconds of node time."
    )
}
