//! Which transactions are followed.
//!
//! All nodes must choose the same ones, and must know at the first word of a
//! transaction. That is an announcement, and it has the wtxid (BIP339), not the
//! txid. So the wtxid decides; a transaction that is named by its txid alone
//! (`mempool:added`) is found by what earlier events say of both.

use peer_observer_event::InventoryItem;

use crate::Hash;

/// Inventory types of transactions: tx, wtx, witness tx.
const TRANSACTIONS: [u32; 3] = [1, 5, 0x4000_0001];

/// Those whose wtxid ends in this many bits of 0, the way Bitcoin shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    bits: u32,
    mask: u16,
}

impl Sample {
    /// One transaction in 2^`bits`; up to 16 bits.
    pub const fn one_in_two_to_the(bits: u32) -> Sample {
        let bits = if bits > 16 { 16 } else { bits };
        Sample {
            bits,
            mask: ((1u32 << bits) - 1) as u16,
        }
    }

    /// One in how many?
    pub fn one_in(self) -> u32 {
        1 << self.bits
    }

    /// Is the transaction with this wtxid followed?
    #[inline]
    pub fn has(self, wtxid: &Hash) -> bool {
        // Shown last, so first in the order of the wire.
        u16::from_le_bytes([wtxid[0], wtxid[1]]) & self.mask == 0
    }

    /// Is it about such a transaction? An old peer announces by txid, which is the
    /// wtxid too where a transaction has no witness; others of its are not followed.
    #[inline]
    pub(crate) fn has_item(self, item: &InventoryItem) -> bool {
        self.has(&item.hash) && TRANSACTIONS.contains(&item.r#type)
    }
}

impl Default for Sample {
    /// One in 256: about two a minute on the main chain.
    fn default() -> Sample {
        Sample::one_in_two_to_the(8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digits_as_bitcoin_shows_them_decide() {
        let shown = |end: &str| {
            let hex = format!("{}{end}", "ab".repeat(30));
            let mut hash = [0; 32];
            for (place, byte) in hash.iter_mut().rev().enumerate() {
                *byte = u8::from_str_radix(&hex[2 * place..2 * place + 2], 16).unwrap();
            }
            hash
        };
        assert!(Sample::default().has(&shown("1200")));
        assert!(!Sample::default().has(&shown("0012")));
        assert!(!Sample::one_in_two_to_the(12).has(&shown("1200")));
        assert!(Sample::one_in_two_to_the(12).has(&shown("1000")));
        assert!(Sample::one_in_two_to_the(0).has(&shown("ffff")));
        assert!(Sample::one_in_two_to_the(99).has(&shown("0000")));
        assert_eq!(Sample::default().one_in(), 256);
    }
}
