//! Words of P2P messages.

use peer_observer_event::{COMMANDS, inventory_type_word};

use super::OTHER;

/// Label values of message types: the commands with a decoder, then `other`.
pub(crate) const COMMAND_WORDS: [&str; COMMANDS.len() + 1] = {
    let mut words = [OTHER; COMMANDS.len() + 1];
    let mut index = 0;
    while index < COMMANDS.len() {
        words[index] = COMMANDS[index];
        index += 1;
    }
    words
};

/// Types of inventory items, the frequent ones and the rare ones alike.
pub(crate) const ITEM_TYPES: [u32; 7] = [1, 2, 3, 4, 5, 0x4000_0001, 0x4000_0002];

/// The word for a place in [`ITEM_TYPES`], or behind them.
pub(crate) fn item_type_word(place: usize) -> &'static str {
    let known = ITEM_TYPES.get(place).copied();
    known.and_then(inventory_type_word).unwrap_or(OTHER)
}

/// How many types of items an inv message has.
pub(crate) const INV_MIXTURES: [&str; 3] = ["none", "one", "several"];
/// By how many bytes a ping's nonce needs.
pub(crate) const NONCE_SIZES: [&str; 6] = ["none", "0", "u8", "u16", "u32", "u64"];
