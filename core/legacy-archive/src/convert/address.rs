//! Addresses: theirs are text, by network.

use std::net::{Ipv4Addr, Ipv6Addr};

use bytes::Bytes;
use data_encoding::BASE32_NOPAD_NOCASE;
use peer_observer_event::{AddressEntry, Network, NetworkAddress, VersionAddress};

use super::FromLegacy;
use super::reading::Reading;
use crate::error::Fault;
use crate::wire::{Result, Value};

/// BIP155 id of Tor v2, which is no network of ours any more.
const BIP155_TOR_V2: u32 = 3;
/// fd6b:88c0:8724::/48: Core's stand-ins for DNS seeds.
const INTERNAL_PREFIX: [u8; 6] = [0xfd, 0x6b, 0x88, 0xc0, 0x87, 0x24];
/// The longest base32 that there is: a Tor v3 address with checksum and version.
const MOST_BASE32_LETTERS: usize = 56;

impl FromLegacy for AddressEntry {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.time_unix_seconds = value.u32()?,
            2..=8 => self.address = Some(address(number, value, reading)?),
            9 => self.services = value.u64()?,
            10 => self.port = value.u32()?,
            _ => {}
        }
        Ok(())
    }
}

/// In `version` they are addresses with a timestamp of 0.
impl FromLegacy for VersionAddress {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            2..=8 => self.address = Some(address(number, value, reading)?),
            9 => self.services = value.u64()?,
            10 => self.port = value.u32()?,
            _ => {}
        }
        Ok(())
    }
}

/// A variant of the oneof `address` in `bitcoin_primitives.Address`.
fn address(number: u32, value: Value<'_>, reading: &mut Reading) -> Result<NetworkAddress> {
    let (network, bytes) = match number {
        2 => (Network::Ipv4, parsed::<Ipv4Addr>(value)?.octets().to_vec()),
        3 => {
            let octets = parsed::<Ipv6Addr>(value)?.octets();
            match octets.strip_prefix(&INTERNAL_PREFIX) {
                Some(rest) => (Network::Internal, rest.to_vec()),
                None => (Network::Ipv6, octets.to_vec()),
            }
        }
        4 => (Network::Unknown, base32(value, ".onion", 10)?),
        // They leave out checksum and version, which we would cut off.
        5 => (Network::Onion, base32(value, ".onion", 32)?),
        6 => (Network::I2p, base32(value, ".b32.i2p", 32)?),
        7 => (Network::Cjdns, parsed::<Ipv6Addr>(value)?.octets().to_vec()),
        _ => return Ok(value.message::<UnknownAddress>(reading)?.0),
    };
    Ok(NetworkAddress {
        network: network.into(),
        bytes: Bytes::from(bytes),
        bip155_network_id: (number == 4).then_some(BIP155_TOR_V2),
    })
}

fn parsed<T: std::str::FromStr>(value: Value<'_>) -> Result<T> {
    value.text()?.parse().map_err(|_| Fault::Address)
}

/// The first `most` of the bytes that stand before `ending` in base32.
fn base32(value: Value<'_>, ending: &str, most: usize) -> Result<Vec<u8>> {
    let letters = value.text()?.strip_suffix(ending).ok_or(Fault::Address)?;
    if letters.len() > MOST_BASE32_LETTERS {
        return Err(Fault::Address);
    }
    let decoded = BASE32_NOPAD_NOCASE.decode(letters.as_bytes());
    let mut bytes = decoded.map_err(|_| Fault::Address)?;
    if bytes.len() < most {
        return Err(Fault::Address);
    }
    bytes.truncate(most);
    Ok(bytes)
}

/// An address of a BIP155 network that they do not know.
#[derive(Default)]
struct UnknownAddress(NetworkAddress);

impl FromLegacy for UnknownAddress {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.0.bip155_network_id = Some(value.u32()?),
            2 => self.0.bytes = value.copied()?,
            _ => {}
        }
        Ok(())
    }

    fn complete(&mut self, _: &mut Reading) -> Result<()> {
        self.0.set_network(Network::Unknown);
        Ok(())
    }
}
