//! The words of Core's prefixes.

use peer_observer_event::LogLevel;

/// A list of words, and a function that knows them: comparing with constants is
/// much faster than looking into a list.
macro_rules! words {
    ($(#[$about:meta])* $list:ident, $is:ident: $($word:literal)*) => {
        $(#[$about])*
        pub const $list: &[&str] = &[$($word),*];

        /// Is this one of them?
        pub(super) fn $is(word: &str) -> bool {
            matches!(word, $($word)|*)
        }
    };
}

words! {
    /// Every category of Core 22 to 31 (`LOG_CATEGORIES_BY_STR` of `logging.cpp`).
    CATEGORIES, is_category:
    "addrman" "bench" "blockstorage" "cmpctblock" "coindb" "estimatefee" "http" "i2p" "ipc" "kernel"
    "leveldb" "libevent" "lock" "mempool" "mempoolrej" "net" "privatebroadcast" "proxy" "prune" "qt"
    "rand" "reindex" "rpc" "scan" "selectcoins" "tor" "txpackages" "txreconciliation" "util"
    "validation" "walletdb" "zmq"
}

/// Core's word for no category in particular (`-loglevelalways=1`).
pub(super) const ALL: &str = "all";

/// Is this a thread of Core (`ThreadSetInternalName`)? Those of a pool have a
/// number behind a dot.
pub(super) fn is_thread(name: &str) -> bool {
    let end = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let name = end.strip_suffix('.').unwrap_or(name);
    matches!(
        name,
        "addcon"
            | "basic block filter index"
            | "blkfltbscidx"
            | "capnp-loop"
            | "coinstatsidx"
            | "coinstatsindex"
            | "dnsseed"
            | "http"
            | "httpworker"
            | "i2paccept"
            | "init"
            | "initload"
            | "mapport"
            | "msghand"
            | "net"
            | "opencon"
            | "prevout"
            | "privbcast"
            | "qt-init"
            | "qt-rpcconsole"
            | "scheduler"
            | "scriptch"
            | "shutoff"
            | "torcontrol"
            | "txidx"
            | "txindex"
            | "txospenderidx"
            | "txospenderindex"
            | "unknown"
            | "utxocompact"
    )
}

/// Core's word for a level (`LogLevelToStr`).
pub(super) fn level(word: &str) -> Option<LogLevel> {
    Some(match word {
        "trace" => LogLevel::Trace,
        "debug" => LogLevel::Debug,
        "info" => LogLevel::Info,
        "warning" => LogLevel::Warning,
        "error" => LogLevel::Error,
        _ => return None,
    })
}

/// How versions without `[warning]` and `[error]` begin such messages.
const OLD_LEVELS: [(&str, LogLevel); 4] = [
    ("ERROR: ", LogLevel::Error),
    ("Error: ", LogLevel::Error),
    ("WARNING: ", LogLevel::Warning),
    ("Warning: ", LogLevel::Warning),
];

/// The level that the message's own first word says, and what comes behind it.
pub(crate) fn old_level(message: &str) -> Option<(LogLevel, &str)> {
    if !matches!(message.as_bytes().first(), Some(b'E' | b'W')) {
        return None;
    }
    OLD_LEVELS
        .iter()
        .find_map(|(word, level)| Some((*level, message.strip_prefix(word)?)))
}
