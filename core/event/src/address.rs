//! Text form of a network address.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::{Network, NetworkAddress};

/// The address as Bitcoin Core writes it, without the port: dotted IPv4, IPv6
/// (CJDNS too), base32 with `.onion` or `.b32.i2p`, and hex for what is unknown.
pub fn address_text(address: &NetworkAddress) -> String {
    let bytes: &[u8] = &address.bytes;
    match (address.network(), bytes.len()) {
        (_, 4) if address.network() != Network::Unknown => {
            let octets: [u8; 4] = bytes.try_into().expect("the length is 4");
            Ipv4Addr::from(octets).to_string()
        }
        (_, 16) if address.network() != Network::Unknown => {
            let octets: [u8; 16] = bytes.try_into().expect("the length is 16");
            Ipv6Addr::from(octets).to_string()
        }
        _ => crate::json::hex(bytes),
    }
}
