//! The four bytes that tell the networks apart (Core's `pchMessageStart`).

use bitcoin::Script;
use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::{Hash, sha256d};

/// Mainnet.
pub const MAIN: [u8; 4] = [0xf9, 0xbe, 0xb4, 0xd9];
/// Testnet 3.
pub const TESTNET3: [u8; 4] = [0x0b, 0x11, 0x09, 0x07];
/// Testnet 4 (BIP94).
pub const TESTNET4: [u8; 4] = [0x1c, 0x16, 0x3f, 0x28];
/// The default signet (BIP325). One with a challenge of its own: [`of_signet`].
pub const SIGNET: [u8; 4] = [0x0a, 0x03, 0xcf, 0x40];
/// Regtest.
pub const REGTEST: [u8; 4] = [0xfa, 0xbf, 0xb5, 0xda];

/// The magic of a chain as `getblockchaininfo` names it: main, test, testnet4,
/// signet, regtest. `None` for other names.
pub fn of_chain(chain: &str) -> Option<[u8; 4]> {
    Some(match chain {
        "main" => MAIN,
        "test" => TESTNET3,
        "testnet4" => TESTNET4,
        "signet" => SIGNET,
        "regtest" => REGTEST,
        _ => return None,
    })
}

/// The magic of the signet whose blocks are signed for this challenge script
/// (BIP325): the first bytes of the double SHA-256 of the script with its length
/// before it.
pub fn of_signet(challenge: &[u8]) -> [u8; 4] {
    let hash = sha256d::Hash::hash(&serialize(Script::from_bytes(challenge)));
    let [first, second, third, fourth, ..] = hash.to_byte_array();
    [first, second, third, fourth]
}
