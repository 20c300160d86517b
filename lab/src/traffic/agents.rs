//! What clients call themselves and what they can.

use std::net::{IpAddr, Ipv4Addr};

use peer_observer_p2p::{Options, Transport, magic};
use rand::Rng;

use crate::clock::Pace;

/// A kind of client.
struct Kind {
    user_agent: &'static str,
    /// How many there are in relation to the others.
    weight: u32,
    /// Service bits.
    services: u64,
    /// Speaks wtxidrelay and addrv2 (and the v2 transport).
    is_modern: bool,
}

/// Network, witness, limited network, v2.
const FULL_NODE: u64 = 1 | 1 << 3 | 1 << 10 | 1 << 11;
const PRUNED_NODE: u64 = 1 << 3 | 1 << 10 | 1 << 11;

#[rustfmt::skip]
const KINDS: [Kind; 10] = [
    Kind { user_agent: "/Satoshi:31.0.0/", weight: 20, services: FULL_NODE, is_modern: true },
    Kind { user_agent: "/Satoshi:30.0.0/", weight: 20, services: FULL_NODE, is_modern: true },
    Kind { user_agent: "/Satoshi:29.1.0/", weight: 16, services: FULL_NODE, is_modern: true },
    Kind { user_agent: "/Satoshi:28.1.0/", weight: 10, services: PRUNED_NODE, is_modern: true },
    Kind { user_agent: "/Satoshi:27.0.0/", weight: 6, services: FULL_NODE, is_modern: true },
    Kind { user_agent: "/Satoshi:29.1.0/Knots:20250903/", weight: 10, services: FULL_NODE, is_modern: true },
    Kind { user_agent: "/Satoshi:0.18.1/", weight: 4, services: 1 | 1 << 3, is_modern: false },
    Kind { user_agent: "/btcwire:0.5.0/btcd:0.24.2/", weight: 4, services: 1 | 1 << 3, is_modern: false },
    Kind { user_agent: "/bitcoinj:0.16.3/Bitcoin Wallet:10.12/", weight: 8, services: 0, is_modern: false },
    Kind { user_agent: "/bitnodes.io:0.3/", weight: 2, services: 0, is_modern: false },
];

/// A client of a random kind, as it introduces itself, from an address of its
/// own. Whether it is a modern one shows in what it sends before verack.
pub(super) fn random_options(v2_share: f64, pace: &Pace) -> Options {
    let mut random = rand::rng();
    let kind = random_kind(&mut random);
    let v2 = kind.is_modern && random.random_bool(v2_share);
    let mut options = Options::new(
        if v2 { Transport::V2 } else { Transport::V1 },
        magic::REGTEST,
    );
    options.local_address = Some(random_address(&mut random));
    options.version.timestamp_unix_seconds = i64::try_from(pace.now_unix_seconds()).ok();
    options.version.user_agent = kind.user_agent.to_owned();
    options.version.services = kind.services;
    if !kind.is_modern {
        options.before_verack.clear();
    }
    options
}

/// On loopback, and none that anything else here has: 127.16.0.1 and up.
fn random_address(random: &mut impl Rng) -> IpAddr {
    let [second, third] = [random.random_range(16..=254), random.random()];
    Ipv4Addr::new(127, second, third, random.random_range(1..=254)).into()
}

fn random_kind(random: &mut impl Rng) -> &'static Kind {
    let total: u32 = KINDS.iter().map(|kind| kind.weight).sum();
    let mut chosen = random.random_range(0..total);
    for kind in &KINDS {
        match chosen.checked_sub(kind.weight) {
            Some(rest) => chosen = rest,
            None => return kind,
        }
    }
    &KINDS[0]
}
