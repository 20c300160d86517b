//! Fixed lists of label values. What is not in a list is `other`.

pub(crate) mod log;
pub(crate) mod p2p;
pub(crate) mod pipeline;
pub(crate) mod probe;
pub(crate) mod process;

/// For whatever is in no list.
pub(crate) const OTHER: &str = "other";

/// Core's `RemovalReasonToString()`.
pub(crate) const REMOVAL_REASONS: [&str; 6] = [
    "expiry",
    "sizelimit",
    "reorg",
    "block",
    "conflict",
    "replaced",
];

/// Reject reasons for transactions of Core 31 and versions before it:
/// `validation.cpp`, `policy/policy.cpp`, `consensus/tx_check.cpp` and
/// `consensus/tx_verify.cpp`. Some are followed by details in parentheses.
pub(crate) const REJECTION_REASONS: [&str; 53] = [
    "TRUC-violation",
    "bad-cb-length",
    "bad-txns-fee-outofrange",
    "bad-txns-in-belowout",
    "bad-txns-inputs-duplicate",
    "bad-txns-inputs-missingorspent",
    "bad-txns-inputvalues-outofrange",
    "bad-txns-nonstandard-inputs",
    "bad-txns-oversize",
    "bad-txns-premature-spend-of-coinbase",
    "bad-txns-prevout-null",
    "bad-txns-spends-conflicting-tx",
    "bad-txns-too-many-sigops",
    "bad-txns-txouttotal-toolarge",
    "bad-txns-vin-empty",
    "bad-txns-vout-empty",
    "bad-txns-vout-negative",
    "bad-txns-vout-toolarge",
    "bad-witness-nonstandard",
    "bare-multisig",
    "bip125-replacement-disallowed",
    "block-script-verify-flag-failed",
    "coinbase",
    "datacarrier",
    "dust",
    "insufficient fee",
    "mandatory-script-verify-flag-failed",
    "max feerate exceeded",
    "mempool full",
    "mempool min fee not met",
    "mempool-script-verify-flag-failed",
    "min relay fee not met",
    "missing-ephemeral-spends",
    "multi-op-return",
    "no-mempool",
    "non-BIP68-final",
    "non-final",
    "non-mandatory-script-verify-flag",
    "replacement-adds-unconfirmed",
    "replacement-failed",
    "scriptpubkey",
    "scriptsig-not-pushonly",
    "scriptsig-size",
    "too many potential replacements",
    "too-large-cluster",
    "too-long-mempool-chain",
    "tx-size",
    "tx-size-small",
    "txn-already-in-mempool",
    "txn-already-known",
    "txn-mempool-conflict",
    "txn-same-nonwitness-data-in-mempool",
    "version",
];

/// How Core's descriptions of misbehaviour begin: the arguments of
/// `Misbehaving()` in `net_processing.cpp`. Some go on with numbers.
pub(crate) const MISBEHAVIOURS: [&str; 17] = [
    "addr message size",
    "addrv2 message size",
    "bad filteradd message",
    "getblocktxn with out-of-bounds tx indices",
    "getdata message size",
    "header with invalid proof of work",
    "headers message size",
    "inv message size",
    "invalid compact block/non-matching block transactions",
    "invalid compact block",
    "invalid header received",
    "invalid header via cmpctblock",
    "invalid sendcmpct announce field",
    "mutated block",
    "non-continuous headers sequence",
    "previous compact block reconstruction attempt failed",
    "too-large bloom filter",
];

/// getpeerinfo's `transport_protocol_type`.
pub(crate) const TRANSPORTS: [&str; 3] = ["detecting", "v1", "v2"];

/// What is known of a number's meaning.
type Numbers<T, const N: usize> = [(T, &'static str); N];

/// Protocol versions that gave something its number: see Core's
/// `node/protocol_version.h` and the BIPs.
pub(crate) const PROTOCOL_VERSIONS: Numbers<i64, 14> = [
    (209, "209"),
    (31800, "31800"),
    (60000, "60000"),
    (60001, "60001"),
    (60002, "60002"),
    (70001, "70001"),
    (70002, "70002"),
    (70011, "70011"),
    (70012, "70012"),
    (70013, "70013"),
    (70014, "70014"),
    (70015, "70015"),
    (70016, "70016"),
    (70017, "70017"),
];

/// BIP61's names of the codes in reject.
pub(crate) const REJECT_CODES: Numbers<u32, 8> = [
    (0x01, "malformed"),
    (0x10, "invalid"),
    (0x11, "obsolete"),
    (0x12, "duplicate"),
    (0x40, "nonstandard"),
    (0x41, "dust"),
    (0x42, "insufficientfee"),
    (0x43, "checkpoint"),
];

/// Core's `FlushStateMode`.
pub(crate) const FLUSH_MODES: Numbers<u32, 5> = [
    (0, "none"),
    (1, "if_needed"),
    (2, "periodic"),
    (3, "always"),
    (4, "force_sync"),
];

/// Targets of the fee estimates that are asked for.
pub(crate) const FEE_TARGETS: Numbers<u32, 3> = [(1, "1"), (6, "6"), (144, "144")];

/// Default ports of the chains; I2P addresses have 0.
pub(crate) const PORTS: Numbers<u32, 6> = [
    (0, "0"),
    (8333, "8333"),
    (18333, "18333"),
    (18444, "18444"),
    (38333, "38333"),
    (48333, "48333"),
];

/// Software, by what its user agent begins with; Knots says so further behind.
pub(crate) const IMPLEMENTATIONS: [&str; 11] = [
    "none",
    "bcoin",
    "bitcoinj",
    "bitnodes",
    "btcd",
    "floresta",
    "knots",
    "libbitcoin",
    "pynode",
    "python-bitcoinlib",
    "satoshi",
];

/// Core's `NET_PERMISSIONS_DOC`.
pub(crate) const PERMISSIONS: [&str; 7] = [
    "bloomfilter",
    "noban",
    "forcerelay",
    "relay",
    "mempool",
    "download",
    "addr",
];

/// Chains as getblockchaininfo calls them.
pub(crate) const CHAINS: [&str; 5] = ["main", "test", "testnet4", "signet", "regtest"];

/// getchaintips' `status`.
pub(crate) const TIP_STATES: [&str; 5] = [
    "active",
    "valid-fork",
    "valid-headers",
    "headers-only",
    "invalid",
];

/// Indexes as getindexinfo calls them.
pub(crate) const INDEXES: [&str; 4] = [
    "txindex",
    "coinstatsindex",
    "basic block filter index",
    "txospenderindex",
];

/// Core's `VersionBitsDeploymentInfo` and buried deployments.
pub(crate) const DEPLOYMENTS: [&str; 7] = [
    "bip34",
    "bip66",
    "bip65",
    "csv",
    "segwit",
    "taproot",
    "testdummy",
];

/// BIP9's states, and `inactive` for buried deployments before their height.
pub(crate) const DEPLOYMENT_STATES: [&str; 6] = [
    "defined",
    "started",
    "locked_in",
    "active",
    "failed",
    "inactive",
];

/// estimatesmartfee's modes that are asked for.
pub(crate) const FEE_MODES: [&str; 2] = ["economical", "conservative"];

/// The tables of the address manager.
pub(crate) const TABLES: [&str; 2] = ["new", "tried"];

/// How far an entry of the address manager lies in the future.
pub(crate) const AHEAD: [&str; 2] = ["any", "over_10_minutes"];

/// What is different between two replies to getrawaddrman.
pub(crate) const ADDRMAN_CHANGES: [&str; 5] = ["added", "removed", "replaced", "services", "time"];

/// The word for a number, else `other`.
pub(crate) fn word_of<T: PartialEq, const N: usize>(
    numbers: &Numbers<T, N>,
    number: T,
) -> &'static str {
    let known = numbers.iter().find(|(known, _)| *known == number);
    known.map_or(OTHER, |(_, word)| word)
}

/// The words that [`word_of`] gives.
pub(crate) fn words_in<T, const N: usize>(numbers: &Numbers<T, N>) -> Vec<&'static str> {
    let words = numbers.iter().map(|(_, word)| *word);
    words.chain([OTHER]).collect()
}

/// The word if the list has it.
pub(crate) fn listed(list: &[&'static str], word: &str) -> &'static str {
    list.iter()
        .find(|known| **known == word)
        .copied()
        .unwrap_or(OTHER)
}

/// A transaction's reject reason without its details: in parentheses, or as
/// debug.log has them, behind a comma.
pub(crate) fn rejection(reason: &str) -> &'static str {
    let details = reason.find(" (").into_iter().chain(reason.find(", "));
    let end = details.min().unwrap_or(reason.len());
    listed(&REJECTION_REASONS, &reason[..end])
}

/// A misbehaviour without its numbers.
pub(crate) fn misbehaviour(reason: &str) -> &'static str {
    let known = MISBEHAVIOURS
        .iter()
        .find(|start| reason.starts_with(**start));
    known.copied().unwrap_or(OTHER)
}

/// The software that a user agent names. Everybody can call themselves anything.
pub(crate) fn implementation(user_agent: &str) -> &'static str {
    if user_agent.is_empty() {
        return "none";
    }
    if user_agent.contains("/Knots:") {
        return "knots";
    }
    // btcd calls its library first: /btcwire:0.5.0/btcd:0.24.0/
    let begins = [
        ("/Satoshi:", "satoshi"),
        ("/btcwire:", "btcd"),
        ("/bcoin:", "bcoin"),
        ("/bitcoinj:", "bitcoinj"),
        ("/bitnodes.io:", "bitnodes"),
        ("/Floresta", "floresta"),
        ("/libbitcoin", "libbitcoin"),
        ("/pynode:", "pynode"),
        ("/python-bitcoinlib:", "python-bitcoinlib"),
    ];
    let known = begins
        .iter()
        .find(|(begin, _)| user_agent.starts_with(begin));
    known.map_or(OTHER, |(_, word)| word)
}

/// Numbers of service bits as text.
pub(crate) const BITS: [&str; 64] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
    "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32",
    "33", "34", "35", "36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47", "48",
    "49", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59", "60", "61", "62", "63",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_not_part_of_a_reason() {
        for (reason, expected) in [
            ("dust", "dust"),
            (
                "insufficient fee (including sibling eviction)",
                "insufficient fee",
            ),
            (
                "mempool-script-verify-flag-failed (Stack size must be exactly one)",
                "mempool-script-verify-flag-failed",
            ),
            (
                "min relay fee not met, 0 < 100 (made up)",
                "min relay fee not met",
            ),
            ("dust and more", OTHER),
            ("", OTHER),
        ] {
            assert_eq!(rejection(reason), expected);
        }
        for (reason, expected) in [
            ("inv message size = 50001", "inv message size"),
            ("invalid compact block", "invalid compact block"),
            (
                "invalid compact block/non-matching block transactions",
                "invalid compact block/non-matching block transactions",
            ),
            (
                "invalid header via cmpctblock",
                "invalid header via cmpctblock",
            ),
            ("", OTHER),
        ] {
            assert_eq!(misbehaviour(reason), expected);
        }
    }
}
