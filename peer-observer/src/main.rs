//! Watches Bitcoin nodes for attacks and anomalies on the P2P network.

fn main() {}
