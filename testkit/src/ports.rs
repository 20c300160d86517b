//! Ports for nodes to listen on.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};
use rand::Rng;

/// Below the range from which the system takes the ports of outgoing
/// connections (from 32768 on Linux), so that a node that is stopped and
/// started again finds its port still free.
const RANGE: std::ops::Range<u16> = 10_000..32_000;

const ATTEMPTS: usize = 1000;

/// A port on loopback that nobody listens on. Another process can take it
/// before the caller does: be ready to ask again.
pub fn free_port() -> Result<u16> {
    for _ in 0..ATTEMPTS {
        let port = rand::rng().random_range(RANGE);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("none of {ATTEMPTS} random ports from {RANGE:?} is free on 127.0.0.1");
}
