//! Addresses to gossip: they look like those of the real network, and nobody
//! ever connects to them, as lab nodes do not dial out.

use peer_observer_event::{AddressEntry, Network, NetworkAddress};
use rand::Rng;

use crate::clock::Pace;

/// First bytes of IPv4 addresses that lie in public space whatever follows.
const PUBLIC_FIRST_BYTES: [u8; 16] = [
    5, 23, 31, 45, 62, 77, 84, 93, 104, 116, 138, 151, 176, 185, 193, 212,
];

/// `NODE_NETWORK` and `NODE_WITNESS`.
const SERVICES: u64 = 1 | 8;

/// One entry for addrv2: of every ten, six are IPv4, two IPv6, one is Tor, one
/// I2P or CJDNS. It was last seen within three hours.
pub fn random_entry(random: &mut impl Rng) -> AddressEntry {
    random_entry_at(random, now_unix_seconds())
}

/// The same on a clock that shows this time, in seconds since the epoch.
pub fn random_entry_at(random: &mut impl Rng, now_unix_seconds: u32) -> AddressEntry {
    let network = match random.random_range(0..20) {
        0..12 => Network::Ipv4,
        12..16 => Network::Ipv6,
        16..18 => Network::Onion,
        18 => Network::I2p,
        _ => Network::Cjdns,
    };
    entry(random, network, now_unix_seconds)
}

/// One entry that addr too can carry.
pub fn random_ip_entry(random: &mut impl Rng) -> AddressEntry {
    random_ip_entry_at(random, now_unix_seconds())
}

/// The same on a clock that shows this time, in seconds since the epoch.
pub fn random_ip_entry_at(random: &mut impl Rng, now_unix_seconds: u32) -> AddressEntry {
    let network = if random.random_ratio(3, 4) {
        Network::Ipv4
    } else {
        Network::Ipv6
    };
    entry(random, network, now_unix_seconds)
}

fn entry(random: &mut impl Rng, network: Network, now_unix_seconds: u32) -> AddressEntry {
    let length = match network {
        Network::Ipv4 => 4,
        Network::Ipv6 | Network::Cjdns => 16,
        _ => 32,
    };
    let mut bytes = vec![0; length];
    random.fill(&mut bytes[..]);
    match network {
        Network::Ipv4 => bytes[0] = PUBLIC_FIRST_BYTES[usize::from(bytes[0]) % 16],
        // 2a00::/12 is RIPE's.
        Network::Ipv6 => {
            bytes[0] = 0x2a;
            bytes[1] &= 0x0f;
        }
        Network::Cjdns => bytes[0] = 0xfc,
        _ => {}
    }
    let port = if network == Network::I2p { 0 } else { 8333 };
    let age_seconds = random.random_range(0..3 * 3600);
    AddressEntry {
        time_unix_seconds: now_unix_seconds.saturating_sub(age_seconds),
        services: SERVICES,
        address: Some(NetworkAddress {
            network: network.into(),
            bytes: bytes.into(),
            bip155_network_id: None,
        }),
        port,
    }
}

fn now_unix_seconds() -> u32 {
    Pace::real().now_u32()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn ipv4_addresses_are_public() {
        let mut random = rand::rng();
        for _ in 0..10_000 {
            let entry = entry(&mut random, Network::Ipv4, 1_790_000_000);
            let bytes = entry.address.unwrap().bytes;
            let address = Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]);
            let special = address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_documentation()
                || address.is_unspecified()
                || address.octets()[0] == 100;
            assert!(!special, "{address}");
        }
    }
}
