//! Waits for a node to connect and prints the handshake.
//!
//! `cargo run -p peer-observer-p2p --example accept -- 127.0.0.1:29555 regtest v2`, then
//! `bitcoin-cli -regtest addconnection 127.0.0.1:29555 outbound-full-relay true`.

#![allow(clippy::print_stdout)]

use std::error::Error;

use peer_observer_p2p::{Connection, Options, Transport, magic};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "give an address, a chain and a transport: 127.0.0.1:29555 regtest v2";
    let listener = TcpListener::bind(arguments.next().ok_or(usage)?).await?;
    let magic = magic::of_chain(&arguments.next().ok_or(usage)?).ok_or(usage)?;
    let transport = match arguments.next().as_deref() {
        Some("v1") => Transport::V1,
        Some("v2") => Transport::V2,
        _ => return Err(usage.into()),
    };
    let mut options = Options::new(transport, magic);
    // NODE_NETWORK and NODE_WITNESS: a node keeps no outbound connection to a
    // peer without them.
    options.version.services = 1 << 0 | 1 << 3;
    let (stream, address) = listener.accept().await?;
    println!("{address} connected");
    let mut connection = Connection::accept(stream, &options).await?;
    println!("{:?}", connection.handshake(&options).await?);
    for received in connection.before_verack() {
        println!("before verack: {:?}", received.body);
    }
    println!("{:?}", connection.receive().await?.body);
    Ok(())
}
