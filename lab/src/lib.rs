//! Traffic on regtest, for demos, tests and benches.
//!
//! Whatever is sent from here speaks regtest's magic to loopback only.

pub mod addresses;
pub mod coins;
pub mod load;
pub mod loopback;
pub mod traffic;
