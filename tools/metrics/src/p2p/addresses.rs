//! What is inside addr and addrv2: how many entries, how old, whose.

use std::net::IpAddr;

use data_encoding::BASE32_NOPAD_NOCASE;
use peer_observer_event::{AddressEntry, NetworkAddress, P2pMessage};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::family::{Counters, Histograms, Labels, NodeName, register, register_histograms};
use crate::words::BITS;

/// Families of addresses.
pub(crate) struct AddressFamilies {
    entries: Histograms<2>,
    offset: Histograms<3>,
    service_bits: Counters<3>,
    self_announcements: Counters<2>,
    subnet_announcements: Counters<2>,
}

impl AddressFamilies {
    pub(crate) fn new(registry: &mut Registry) -> AddressFamilies {
        AddressFamilies {
            entries: register_histograms(
                registry,
                "p2p_addr_entries",
                "Entries in an addr or addrv2 message (entries)",
                entries_histogram,
            ),
            offset: register_histograms(
                registry,
                "p2p_addr_entry_time_offset_seconds",
                "How far the time of an entry in addr and addrv2 is in the past or future (seconds)",
                offset_histogram,
            ),
            service_bits: register(
                registry,
                "p2p_addr_entry_service_bits",
                "Entries in addr and addrv2 messages that have a service bit, from bit 0 (entries)",
            ),
            self_announcements: register(
                registry,
                "p2p_address_self_announcements",
                "Entries in addr and addrv2 with the address of the connection's peer (entries)",
            ),
            subnet_announcements: register(
                registry,
                "p2p_address_subnet_announcements",
                "Entries in addr and addrv2 with another address of the peer's /24 (IPv4) or \
                 /64 (IPv6) network (entries)",
            ),
        }
    }

    /// `time_ns` is the time of the message.
    pub(crate) fn fold(
        &self,
        node: &NodeName,
        message: &P2pMessage,
        command: &'static str,
        entries: &[AddressEntry],
        time_ns: u64,
    ) {
        let words = [
            ("direction", message.direction().word()),
            ("message", command),
        ];
        let histogram = self.entries.get_or_create_owned(&Labels::new(node, words));
        histogram.observe(entries.len() as f64);
        if entries.is_empty() {
            return;
        }
        self.fold_times(node, words, entries, time_ns / 1_000_000_000);
        self.fold_services(node, words, entries);
        let Some(peer) = peer_bytes(&message.address) else {
            return;
        };
        for address in entries.iter().filter_map(|entry| entry.address.as_ref()) {
            let counters = match nearness(&peer, address) {
                Nearness::Same => &self.self_announcements,
                Nearness::SameSubnet => &self.subnet_announcements,
                Nearness::Other => continue,
            };
            let others = [words[0], ("network", address.network().word())];
            counters.get_or_create(&Labels::new(node, others)).inc();
        }
    }

    fn fold_times(
        &self,
        node: &NodeName,
        [direction, command]: [(&'static str, &'static str); 2],
        entries: &[AddressEntry],
        now: u64,
    ) {
        let side = |word| Labels::new(node, [direction, command, ("side", word)]);
        let (mut past, mut future) = (None, None);
        for entry in entries {
            let time = u64::from(entry.time_unix_seconds);
            let (slot, word) = if time > now {
                (&mut future, "future")
            } else {
                (&mut past, "past")
            };
            let histogram =
                slot.get_or_insert_with(|| self.offset.get_or_create_owned(&side(word)));
            histogram.observe(now.abs_diff(time) as f64);
        }
    }

    fn fold_services(
        &self,
        node: &NodeName,
        [direction, command]: [(&'static str, &'static str); 2],
        entries: &[AddressEntry],
    ) {
        let mut counts = [0u64; BITS.len()];
        for entry in entries {
            let mut services = entry.services;
            while services != 0 {
                counts[services.trailing_zeros() as usize] += 1;
                services &= services - 1;
            }
        }
        for (bit, count) in BITS.into_iter().zip(counts).filter(|(_, count)| *count > 0) {
            let labels = Labels::new(node, [direction, command, ("bit", bit)]);
            self.service_bits.get_or_create(&labels).inc_by(count);
        }
    }
}

fn entries_histogram() -> Histogram {
    Histogram::new([
        0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 999.0, 1e3,
    ])
}

/// Up to 194 days, in steps of four.
fn offset_histogram() -> Histogram {
    let powers = (0..=12).map(|power| f64::from(4u32.pow(power)));
    Histogram::new(std::iter::once(0.0).chain(powers))
}

enum Nearness {
    Same,
    SameSubnet,
    Other,
}

/// How an announced address relates to the peer's.
fn nearness(peer: &[u8], address: &NetworkAddress) -> Nearness {
    let announced: &[u8] = &address.bytes;
    let subnet_bytes = match announced.len() {
        4 => 3,
        16 => 8,
        // Onion and I2P addresses have no subnets.
        _ => announced.len(),
    };
    if peer == announced {
        Nearness::Same
    } else if peer.len() == announced.len() && peer[..subnet_bytes] == announced[..subnet_bytes] {
        Nearness::SameSubnet
    } else {
        Nearness::Other
    }
}

/// The address in `address:port` as an entry holds it; `None` for host names.
fn peer_bytes(address: &str) -> Option<Vec<u8>> {
    let (host, _) = address.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse() {
        Ok(IpAddr::V4(ip)) => return Some(ip.octets().to_vec()),
        Ok(IpAddr::V6(ip)) => return Some(ip.octets().to_vec()),
        Err(_) => {}
    }
    let encoded = host
        .strip_suffix(".onion")
        .or_else(|| host.strip_suffix(".b32.i2p"))?;
    let mut bytes = BASE32_NOPAD_NOCASE.decode(encoded.as_bytes()).ok()?;
    // Behind an onion's public key come a checksum and the version.
    bytes.truncate(32);
    (bytes.len() == 32).then_some(bytes)
}
