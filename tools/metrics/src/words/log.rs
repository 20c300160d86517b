//! Words of debug.log.

use peer_observer_event::LogTemplateOrigin;

use super::OTHER;

/// For lines of no category.
const NO_CATEGORY: &str = "none";

/// Label values of categories: Core's (`LOG_CATEGORIES_BY_STR` in
/// `logging.cpp`) of the versions 22 to 31 in the order of the alphabet, as
/// they are searched for each line; then those that are none of Core's. `all`
/// stands in the log with `-loglevelalways=1`.
pub(crate) const CATEGORY_WORDS: [&str; 35] = [
    "addrman",
    "all",
    "bench",
    "blockstorage",
    "cmpctblock",
    "coindb",
    "estimatefee",
    "http",
    "i2p",
    "ipc",
    "kernel",
    "leveldb",
    "libevent",
    "lock",
    "mempool",
    "mempoolrej",
    "net",
    "privatebroadcast",
    "proxy",
    "prune",
    "qt",
    "rand",
    "reindex",
    "rpc",
    "scan",
    "selectcoins",
    "tor",
    "txpackages",
    "txreconciliation",
    "util",
    "validation",
    "walletdb",
    "zmq",
    NO_CATEGORY,
    OTHER,
];

/// How many of [`CATEGORY_WORDS`] Core has.
const CATEGORIES: usize = CATEGORY_WORDS.len() - 2;

/// The category's place in [`CATEGORY_WORDS`]. A category that calls itself
/// `none` is another one.
pub(crate) fn category_place(category: &str) -> usize {
    if category.is_empty() {
        return CATEGORIES;
    }
    CATEGORY_WORDS[..CATEGORIES]
        .binary_search(&category)
        .unwrap_or(CATEGORIES + 1)
}

/// What can be wrong with a line.
pub(crate) const FLAWS: [&str; 3] = ["cut", "invalid_utf8", "unterminated"];

/// Where a line's template comes from.
pub(crate) const TEMPLATES: [&str; 3] = ["none", "catalogue", "mined"];

/// The origin's place in [`TEMPLATES`].
pub(crate) const fn template_place(origin: LogTemplateOrigin) -> usize {
    match origin {
        LogTemplateOrigin::Unspecified => 0,
        LogTemplateOrigin::Catalogue => 1,
        LogTemplateOrigin::Mined => 2,
    }
}

/// Whether lines begin to be left out, or do so no longer.
pub(crate) const RATE_LIMIT_CHANGES: [&str; 2] = ["started", "ended"];

/// What BlockChecked says of every block: valid, or one of those states that a
/// peer can give to a block on the way (Core's `BLOCK_MUTATED`).
pub(crate) const FREQUENT_STATES: [&str; 6] = [
    "Valid",
    "bad-txnmrklroot",
    "bad-txns-duplicate",
    "bad-witness-merkle-match",
    "bad-witness-nonce-size",
    "unexpected-witness",
];

/// Why else a block is rejected: `validation.cpp`, `consensus/tx_check.cpp` and
/// `consensus/tx_verify.cpp` of Core 31 and versions before it.
pub(crate) const RARE_STATES: [&str; 30] = [
    "bad-blk-length",
    "bad-blk-sigops",
    "bad-blk-weight",
    "bad-cb-amount",
    "bad-cb-height",
    "bad-cb-length",
    "bad-cb-missing",
    "bad-cb-multiple",
    "bad-diffbits",
    "bad-prevblk",
    "bad-signet-blksig",
    "bad-txns-BIP30",
    "bad-txns-accumulated-fee-outofrange",
    "bad-txns-fee-outofrange",
    "bad-txns-in-belowout",
    "bad-txns-inputs-duplicate",
    "bad-txns-inputs-missingorspent",
    "bad-txns-nonfinal",
    "bad-txns-premature-spend-of-coinbase",
    "bad-txns-vout-negative",
    "bad-txns-vout-toolarge",
    "bad-version",
    "block-script-verify-flag-failed",
    "duplicate-invalid",
    "high-hash",
    "mandatory-script-verify-flag-failed",
    "prev-blk-not-found",
    "time-timewarp-attack",
    "time-too-new",
    "time-too-old",
];

/// A rare state without its details, which stand in parentheses.
pub(crate) fn rare_state(state: &str) -> &'static str {
    let end = state.find([' ', '(']).unwrap_or(state.len());
    super::listed(&RARE_STATES, &state[..end])
}

/// How the node came to a new header.
pub(crate) const HEADER_FORMS: [&str; 2] = ["header", "compact_block"];

/// Files that the node writes while it runs.
pub(crate) const FILES: [&str; 3] = [MEMPOOL, PEERS, BANLIST];
pub(crate) const MEMPOOL: &str = "mempool.dat";
pub(crate) const PEERS: &str = "peers.dat";
pub(crate) const BANLIST: &str = "banlist.json";

/// Steps of writing a file: the copy is made under the lock of what is written.
pub(crate) const WRITE_STEPS: [&str; 2] = [COPY, WRITE];
pub(crate) const COPY: &str = "copy";
pub(crate) const WRITE: &str = "write";

/// Who sends a compact block: asked for it, or not (BIP152's high bandwidth).
pub(crate) const BANDWIDTHS: [&str; 3] = ["low", "high", "unknown"];

/// Were transactions missing that had to be asked for?
pub(crate) const REQUESTED: [&str; 2] = ["no", "yes"];

/// Where the transactions of a block came from.
pub(crate) const TRANSACTION_SOURCES: [&str; 4] =
    ["prefilled", "mempool", "extra_pool", "requested"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_is_found_and_no_other() {
        for (place, word) in CATEGORY_WORDS[..CATEGORIES].iter().enumerate() {
            assert_eq!(category_place(word), place, "{word}");
        }
        assert_eq!(CATEGORY_WORDS[category_place("")], "none");
        for foreign in ["none", "other", "NET", "net ", "\"}\n"] {
            assert_eq!(CATEGORY_WORDS[category_place(foreign)], OTHER, "{foreign}");
        }
    }

    #[test]
    fn details_are_not_part_of_a_state() {
        for (state, expected) in [
            ("high-hash", "high-hash"),
            ("bad-version(0x00000001)", "bad-version"),
            (
                "block-script-verify-flag-failed (Script evaluated without error)",
                "block-script-verify-flag-failed",
            ),
            ("made up", OTHER),
        ] {
            assert_eq!(rare_state(state), expected);
        }
    }
}
