//! What is inside addr and addrv2: how many entries, how old, whose.

use std::net::IpAddr;
use std::sync::Arc;

use data_encoding::BASE32_NOPAD_NOCASE;
use peer_observer_event::{AddressEntry, NetworkAddress, P2pMessage};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Histograms, NodeName};
use crate::labels::{ADDRESS_FORM, DIRECTION, NETWORK, SERVICE_BIT, SIDE};
use crate::slots::DIRECTIONS;
use crate::words::BITS;

/// Families of addresses.
pub(crate) struct AddressFamilies {
    entries: Histograms<2>,
    offset: Histograms<3>,
    services: Counters<3>,
    self_announcements: Counters<2>,
    subnet_announcements: Counters<2>,
}

impl AddressFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> AddressFamilies {
        AddressFamilies {
            entries: catalogue.histograms(
                define(
                    "p2p_addr_entries",
                    "entries",
                    "Entries in an addr or addrv2 message",
                )
                .labels([DIRECTION, ADDRESS_FORM])
                .existing(
                    "`p2p_addr_addresses`, `p2p_addrv2_addresses`, with 30 buckets; \
                         `p2p_addrv2_empty` counts empty ones by the peer's address",
                ),
                &ENTRIES_BUCKETS,
            ),
            offset: catalogue.histograms(
                define(
                    "p2p_addr_entry_time_offset_seconds",
                    "seconds",
                    "How far the time of an entry in addr and addrv2 is in the past or future",
                )
                .labels([DIRECTION, ADDRESS_FORM, SIDE])
                .existing(
                    "`p2p_addr_timestamp_offset_seconds`, `p2p_addrv2_timestamp_offset_seconds`",
                ),
                &OFFSET_BUCKETS,
            ),
            services: catalogue.family(
                define(
                    "p2p_addr_entry_services",
                    "entries",
                    "Entries in addr and addrv2 messages that have a service bit",
                )
                .labels([DIRECTION, ADDRESS_FORM, SERVICE_BIT])
                .existing(
                    "`p2p_addr_services_bits`, `p2p_addrv2_services_bits`: histograms of the \
                     bits' numbers; `p2p_addr_services`, `p2p_addrv2_services` count by the whole \
                     bit field, which peers choose",
                ),
            ),
            self_announcements: catalogue.family(
                define(
                    "p2p_address_self_announcements",
                    "entries",
                    "Entries in addr and addrv2 with the address of the connection's peer",
                )
                .labels([DIRECTION, NETWORK])
                .existing("`p2p_address_selfannouncements`"),
            ),
            subnet_announcements: catalogue.family(
                define(
                    "p2p_address_subnet_announcements",
                    "entries",
                    "Entries in addr and addrv2 with another address of the peer's /24 (IPv4) or \
                     /64 (IPv6) network",
                )
                .labels([DIRECTION, NETWORK])
                .existing("`p2p_address_subnetannouncements`"),
            ),
        }
    }
}

pub(crate) const ENTRIES_BUCKETS: [f64; 16] = [
    0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 999.0, 1e3,
];
/// Up to 194 days, in steps of four.
const OFFSET_BUCKETS: [f64; 14] = [
    0.0,
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
];

/// One node's handles: a message with ten addresses looks up none.
#[derive(Default)]
pub(crate) struct AddressMetrics {
    /// By direction, then addr before addrv2.
    handles: [[Option<Handles>; 2]; DIRECTIONS],
}

struct Handles {
    node: NodeName,
    words: [&'static str; 2],
    entries: Histogram,
    past: Histogram,
    future: Histogram,
    service_bits: [Option<Counter>; BITS.len()],
}

impl AddressMetrics {
    /// `time_ns` is the time of the message.
    pub(crate) fn fold(
        &mut self,
        node: &NodeName,
        message: &P2pMessage,
        form: Form,
        entries: &[AddressEntry],
        time_ns: u64,
        families: &AddressFamilies,
    ) {
        let direction = message.direction();
        let slot = &mut self.handles[direction as usize][form as usize];
        let handles = slot.get_or_insert_with(|| {
            let words = [direction.word(), form.word()];
            Handles::new(node, words, families)
        });
        handles.entries.observe(entries.len() as f64);
        if entries.is_empty() {
            return;
        }
        handles.fold_times(entries, time_ns / 1_000_000_000);
        handles.fold_services(entries, families);
        handles.fold_nearness(&message.address, entries, families);
    }
}

/// The two forms of the message.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Addr,
    Addrv2,
}

impl Form {
    const fn word(self) -> &'static str {
        match self {
            Form::Addr => "addr",
            Form::Addrv2 => "addrv2",
        }
    }
}

impl Handles {
    fn new(node: &NodeName, words: [&'static str; 2], families: &AddressFamilies) -> Handles {
        let offset = |side| families.offset.handle(node, [words[0], words[1], side]);
        Handles {
            node: Arc::clone(node),
            words,
            entries: families.entries.handle(node, words),
            past: offset("past"),
            future: offset("future"),
            service_bits: [const { None }; BITS.len()],
        }
    }

    fn fold_times(&self, entries: &[AddressEntry], now: u64) {
        for entry in entries {
            let time = u64::from(entry.time_unix_seconds);
            let side = if time > now { &self.future } else { &self.past };
            side.observe(now.abs_diff(time) as f64);
        }
    }

    fn fold_services(&mut self, entries: &[AddressEntry], families: &AddressFamilies) {
        let mut counts = [0u64; BITS.len()];
        // The bits that any entry has: few of the 64.
        let mut any = 0;
        for entry in entries {
            any |= entry.services;
            for bit in bits(entry.services) {
                counts[bit] += 1;
            }
        }
        for bit in bits(any) {
            let counter = self.service_bits[bit].get_or_insert_with(|| {
                let values = [self.words[0], self.words[1], BITS[bit]];
                families.services.handle(&self.node, values)
            });
            counter.inc_by(counts[bit]);
        }
    }

    fn fold_nearness(&self, peer: &str, entries: &[AddressEntry], families: &AddressFamilies) {
        let Some(peer) = peer_bytes(peer) else {
            return;
        };
        for address in entries.iter().filter_map(|entry| entry.address.as_ref()) {
            let counters = match nearness(&peer, address) {
                Nearness::Same => &families.self_announcements,
                Nearness::SameSubnet => &families.subnet_announcements,
                Nearness::Other => continue,
            };
            let values = [self.words[0], address.network().word()];
            counters.at(&self.node, values).inc();
        }
    }
}

/// The bits that are set, from the lowest.
pub(crate) fn bits(mut services: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (services != 0).then(|| services.trailing_zeros() as usize)?;
        services &= services - 1;
        Some(bit)
    })
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
