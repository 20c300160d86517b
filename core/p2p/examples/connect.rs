//! Connects to a node and prints the handshake and what follows it.
//!
//! `cargo run -p peer-observer-p2p --example connect -- 127.0.0.1:18444 regtest`

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::net::SocketAddr;

use peer_observer_event::{Body, Ping};
use peer_observer_p2p::{Connection, Options, Transport, framing_bytes, magic};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "give an address and a chain: 127.0.0.1:18444 regtest";
    let address: SocketAddr = arguments.next().ok_or(usage)?.parse()?;
    let chain = arguments.next().ok_or(usage)?;
    let magic = magic::of_chain(&chain).ok_or("the chain is none of getblockchaininfo's names")?;
    for transport in [Transport::V1, Transport::V2] {
        println!("{transport:?}");
        show(address, &Options::new(transport, magic)).await?;
    }
    Ok(())
}

async fn show(address: SocketAddr, options: &Options) -> Result<(), Box<dyn Error>> {
    let mut connection = Connection::connect(address, options).await?;
    let version = connection.handshake(options).await?;
    println!(
        "  {} -> {}",
        connection.local_address(),
        connection.peer_address()
    );
    println!("  {version:?}");
    for received in connection.before_verack() {
        println!("  before verack: {}", received.command);
    }
    let ping = Body::Ping(Ping {
        nonce: Some(0x0123_4567_89ab_cdef),
    });
    connection.send(&ping).await?;
    loop {
        let received = connection.receive().await?;
        let framing = framing_bytes(options.transport, &received.command);
        println!(
            "  {} + {framing} bytes: {:?}",
            received.payload.len(),
            received.body
        );
        match received.body {
            Body::Pong(_) => return Ok(()),
            Body::Ping(ping) => {
                let nonce = ping.nonce.unwrap_or_default();
                connection
                    .send(&Body::Pong(peer_observer_event::Pong { nonce }))
                    .await?;
            }
            _ => {}
        }
    }
}
