//! `addr` and `addrv2` (BIP155), and the address forms of both.

use bytes::Bytes;
use peer_observer_event::{Addr, AddrV2, AddressEntry, Network, NetworkAddress};

use super::EncodeError;
use super::error::{DecodeError, Problem};
use super::reader::{Reader, Result};
use super::wire::Wire;
use super::writer::{self, Writer};

/// ::ffff:0:0/96
const IPV4_PREFIX: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
/// fd87:d87e:eb43::/48, OnionCat: Tor v2.
const TOR_V2_PREFIX: [u8; 6] = [0xfd, 0x87, 0xd8, 0x7e, 0xeb, 0x43];
/// fd6b:88c0:8724::/48: Core's stand-ins for DNS seeds.
const INTERNAL_PREFIX: [u8; 6] = [0xfd, 0x6b, 0x88, 0xc0, 0x87, 0x24];

const BIP155_IPV4: u8 = 1;
const BIP155_IPV6: u8 = 2;
const BIP155_TOR_V2: u8 = 3;
const BIP155_TOR_V3: u8 = 4;
const BIP155_I2P: u8 = 5;
const BIP155_CJDNS: u8 = 6;

/// Core's MAX_ADDRV2_SIZE.
const MAX_ADDRESS_BYTES: usize = 512;

/// Time, services, address, port.
const V1_ENTRY_BYTES: usize = 4 + 8 + 16 + 2;
/// Time, services, network id, length, no address, port.
const V2_SHORTEST_ENTRY_BYTES: usize = 4 + 1 + 1 + 1 + 2;

/// An address of 16 bytes, as in `addr` and `version`. CJDNS has no such form.
pub(super) fn read_v1(reader: &mut Reader<'_>) -> Result<NetworkAddress> {
    let start = reader.offset();
    let form = reader.array::<16>()?;
    let (network, prefix_bytes) = match form {
        _ if form.starts_with(&IPV4_PREFIX) => (Network::Ipv4, IPV4_PREFIX.len()),
        _ if form.starts_with(&TOR_V2_PREFIX) => (Network::Unknown, TOR_V2_PREFIX.len()),
        _ if form.starts_with(&INTERNAL_PREFIX) => (Network::Internal, INTERNAL_PREFIX.len()),
        _ => (Network::Ipv6, 0),
    };
    let id = (network == Network::Unknown).then_some(BIP155_TOR_V2);
    Ok(address(
        network,
        reader.kept(start + prefix_bytes, start + form.len()),
        id,
    ))
}

/// Writes an address in the form of 16 bytes.
pub(super) fn write_v1(address: &NetworkAddress, writer: &mut Writer) -> writer::Result {
    let tor_v2 = address.bip155_network_id == Some(BIP155_TOR_V2.into());
    let prefix: &[u8] = match (address.network(), address.bytes.len()) {
        (Network::Ipv4, 4) => &IPV4_PREFIX,
        (Network::Ipv6, 16) => &[],
        (Network::Internal, 10) => &INTERNAL_PREFIX,
        (Network::Unknown, 10) if tor_v2 => &TOR_V2_PREFIX,
        _ => return Err(no_form(address)),
    };
    writer.bytes(prefix);
    writer.bytes(&address.bytes);
    Ok(())
}

/// An address as in `addrv2`: network id, length, bytes. Known ids have one
/// length each (Core throws otherwise), unknown ones any up to 512.
fn read_v2(reader: &mut Reader<'_>) -> Result<NetworkAddress> {
    let start = reader.offset();
    let id = reader.u8()?;
    let length = reader.size()?;
    let fail = |problem| {
        Err(DecodeError {
            problem,
            offset: start,
        })
    };
    if length > MAX_ADDRESS_BYTES {
        return fail(Problem::TooLong {
            field: "address",
            length,
            limit: MAX_ADDRESS_BYTES,
        });
    }
    let Some((network, expected)) = known_network(id) else {
        return Ok(address(Network::Unknown, reader.bytes(length)?, Some(id)));
    };
    if length != expected {
        return fail(Problem::AddressLength {
            network_id: id,
            length,
            expected,
        });
    }
    let bytes = reader.bytes(length)?;
    if network == Network::Ipv6 && bytes.starts_with(&INTERNAL_PREFIX) {
        return Ok(address(
            Network::Internal,
            bytes.slice(INTERNAL_PREFIX.len()..),
            None,
        ));
    }
    Ok(address(network, bytes, None))
}

fn write_v2(address: &NetworkAddress, writer: &mut Writer) -> writer::Result {
    let id = match address.network() {
        Network::Ipv4 => BIP155_IPV4,
        Network::Ipv6 | Network::Internal => BIP155_IPV6,
        Network::Onion => BIP155_TOR_V3,
        Network::I2p => BIP155_I2P,
        Network::Cjdns => BIP155_CJDNS,
        Network::Unknown => {
            let id = address
                .bip155_network_id
                .ok_or(EncodeError::Missing("BIP155 network id"))?;
            // A wrong length for a known id is written as it is: it can be
            // what somebody wants to send.
            writer.narrow_u8("BIP155 network id", id)?;
            return writer.limited("address", MAX_ADDRESS_BYTES, &address.bytes);
        }
        Network::Unspecified | Network::NotPubliclyRoutable => return Err(no_form(address)),
    };
    let prefix: &[u8] = if address.network() == Network::Internal {
        &INTERNAL_PREFIX
    } else {
        &[]
    };
    let length = prefix.len() + address.bytes.len();
    if known_network(id).is_none_or(|(_, expected)| expected != length) {
        return Err(no_form(address));
    }
    writer.u8(id);
    writer.size(length);
    writer.bytes(prefix);
    writer.bytes(&address.bytes);
    Ok(())
}

/// Network and address length of a BIP155 id that Core knows. Tor v2 has an id
/// but is no longer known.
fn known_network(id: u8) -> Option<(Network, usize)> {
    Some(match id {
        BIP155_IPV4 => (Network::Ipv4, 4),
        BIP155_IPV6 => (Network::Ipv6, 16),
        BIP155_TOR_V3 => (Network::Onion, 32),
        BIP155_I2P => (Network::I2p, 32),
        BIP155_CJDNS => (Network::Cjdns, 16),
        _ => return None,
    })
}

fn address(network: Network, bytes: Bytes, bip155_network_id: Option<u8>) -> NetworkAddress {
    let bip155_network_id = bip155_network_id.map(u32::from);
    NetworkAddress {
        network: network.into(),
        bytes,
        bip155_network_id,
    }
}

fn no_form(address: &NetworkAddress) -> EncodeError {
    EncodeError::Address {
        network: address.network().word(),
        length: address.bytes.len(),
    }
}

/// A port: two bytes, the high one first.
pub(super) fn read_port(reader: &mut Reader<'_>) -> Result<u32> {
    reader.array().map(|bytes| u16::from_be_bytes(bytes).into())
}

impl Wire for Addr {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let entries = reader.list(V1_ENTRY_BYTES, |reader| {
            Ok(AddressEntry {
                time_unix_seconds: reader.u32()?,
                services: reader.u64()?,
                address: Some(read_v1(reader)?),
                port: read_port(reader)?,
            })
        })?;
        Ok(Addr { entries })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.size(self.entries.len());
        self.entries.iter().try_for_each(|entry| {
            writer.u32(entry.time_unix_seconds);
            writer.u64(entry.services);
            write_v1(super::wire::required(&entry.address, "address")?, writer)?;
            writer.port(entry.port)
        })
    }
}

impl Wire for AddrV2 {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let entries = reader.list(V2_SHORTEST_ENTRY_BYTES, |reader| {
            Ok(AddressEntry {
                time_unix_seconds: reader.u32()?,
                services: reader.compact()?,
                address: Some(read_v2(reader)?),
                port: read_port(reader)?,
            })
        })?;
        Ok(AddrV2 { entries })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.size(self.entries.len());
        self.entries.iter().try_for_each(|entry| {
            writer.u32(entry.time_unix_seconds);
            writer.compact(entry.services);
            write_v2(super::wire::required(&entry.address, "address")?, writer)?;
            writer.port(entry.port)
        })
    }
}
