//! Text form of a network address.

use std::net::{Ipv4Addr, Ipv6Addr};

use data_encoding::BASE32_NOPAD;
use sha3::{Digest, Sha3_256};

use crate::{Network, NetworkAddress};

/// Version byte of a Tor v3 address.
const TOR_V3: u8 = 3;

/// Length of the prefix that marks an internal address inside an IPv6 one (Core's
/// `INTERNAL_IN_IPV6_PREFIX`).
const INTERNAL_PREFIX_LENGTH: usize = 6;

/// The address as Bitcoin Core writes it, without the port: dotted IPv4, IPv6
/// (CJDNS too), base32 with `.onion`, `.b32.i2p` or `.internal`, and hex for
/// what is unknown.
pub fn address_text(address: &NetworkAddress) -> String {
    let bytes: &[u8] = &address.bytes;
    match address.network() {
        Network::Onion => match bytes.try_into() {
            Ok(public_key) => onion(public_key),
            Err(_) => crate::json::hex(bytes),
        },
        Network::I2p if bytes.len() == 32 => base32(bytes) + ".b32.i2p",
        Network::Internal if bytes.len() == 16 => {
            base32(&bytes[INTERNAL_PREFIX_LENGTH..]) + ".internal"
        }
        Network::Unknown | Network::I2p | Network::Internal => crate::json::hex(bytes),
        Network::Unspecified
        | Network::NotPubliclyRoutable
        | Network::Ipv4
        | Network::Ipv6
        | Network::Cjdns => ip(bytes).unwrap_or_else(|| crate::json::hex(bytes)),
    }
}

fn ip(bytes: &[u8]) -> Option<String> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(octets).to_string());
    }
    let octets = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(octets).to_string())
}

/// `base32(public key, checksum, version).onion`, see Tor's rend-spec-v3, section 6.
fn onion(public_key: &[u8; 32]) -> String {
    let checksum = Sha3_256::new()
        .chain_update(b".onion checksum")
        .chain_update(public_key)
        .chain_update([TOR_V3])
        .finalize();
    let mut whole = [0; 35];
    whole[..32].copy_from_slice(public_key);
    whole[32..34].copy_from_slice(&checksum[..2]);
    whole[34] = TOR_V3;
    base32(&whole) + ".onion"
}

/// RFC 4648 base32, lower case, without padding.
fn base32(bytes: &[u8]) -> String {
    let mut text = BASE32_NOPAD.encode(bytes);
    text.make_ascii_lowercase();
    text
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    fn text(network: Network, hex: &str) -> String {
        let bytes = HEXLOWER.decode(hex.as_bytes()).unwrap().into();
        address_text(&NetworkAddress {
            network: network.into(),
            bytes,
            bip155_network_id: None,
        })
    }

    /// The addresses of Bitcoin Core's own tests (src/test/net_tests.cpp).
    #[test]
    fn addresses_look_as_in_bitcoin_core() {
        let cases = [
            (Network::Ipv4, "01020304", "1.2.3.4"),
            (Network::NotPubliclyRoutable, "7f000001", "127.0.0.1"),
            (
                Network::Ipv6,
                "0102030405060708090a0b0c0d0e0f10",
                "102:304:506:708:90a:b0c:d0e:f10",
            ),
            (
                Network::Cjdns,
                "fc000001000200030004000500060007",
                "fc00:1:2:3:4:5:6:7",
            ),
            (
                Network::Onion,
                "79bcc625184b05194975c28b66b66b0469f7f6556fb1ac3189a79b40dda32f1f",
                "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion",
            ),
            (
                Network::I2p,
                "a2894dabaec08c0051a481a6dac88b64f98232ae42d4b6fd2fa81952dfe36a87",
                "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p",
            ),
            (
                Network::Internal,
                "fd6b88c08724ca978112ca1bbdcafac2",
                "zklycewkdo64v6wc.internal",
            ),
        ];
        for (network, hex, expected) in cases {
            assert_eq!(text(network, hex), expected);
        }
    }

    #[test]
    fn what_does_not_fit_its_network_is_hex() {
        assert_eq!(text(Network::Unknown, "01020304"), "01020304");
        assert_eq!(text(Network::Onion, "0102"), "0102");
        assert_eq!(text(Network::I2p, "ffffffff"), "ffffffff");
        assert_eq!(text(Network::Internal, "ffffffff"), "ffffffff");
        assert_eq!(text(Network::Ipv4, ""), "");
    }
}
