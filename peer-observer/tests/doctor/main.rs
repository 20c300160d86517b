//! Every problem that `doctor` knows: produced, found, and taken away by
//! nothing but what doctor suggests.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps fails with the line where it did"
)]
#![allow(unreachable_pub)]

mod bus;
mod debug_log;
mod fake_rpc;
mod healthy;
mod ipc;
mod machine;
mod node;
mod other_user;
mod p2p;
mod patient;
mod rpc;
