//! Traffic on regtest, for demos, tests and benches, in real time or in node
//! time that runs faster.
//!
//! Whatever is sent from here speaks regtest's magic to loopback only.

pub mod addresses;
pub mod clock;
pub mod coins;
pub mod load;
pub mod loopback;
pub mod recording;
pub mod traffic;
