//! What a line says, for the messages that mean something to peer-observer.
//!
//! The forms are those of Core 22 to 31. Which one a message has is told by
//! its beginning, whether or not a template was found.

mod block;
mod compact_block;
mod disconnect;
mod files;
mod mempool;
mod peer;
mod rate_limit;
mod scan;
mod tip;

#[cfg(test)]
mod tests;

use peer_observer_event::log_line::Detail;
use scan::Scan;

/// Reads what stands behind a message's beginning.
type Read = fn(Scan<'_>) -> Option<Detail>;

const FORMS: [(&str, Read); 13] = [
    ("AcceptToMemoryPool: ", mempool::accepted),
    ("BlockChecked: ", block::checked),
    ("BlockConnected: ", block::connected),
    ("Cleared nodestate for ", disconnect::forgotten),
    ("Dumped mempool: ", files::mempool_dumped),
    ("Excessive logging detected from ", rate_limit::started),
    ("Flushed ", files::flushed),
    ("Misbehaving: ", peer::misbehaving),
    ("New ", peer::connected),
    ("Restarting logging from ", rate_limit::ended),
    ("Saw new ", block::header_seen),
    (
        "Successfully reconstructed block ",
        compact_block::reconstructed,
    ),
    ("UpdateTip: new best=", tip::updated),
];

/// What a message says. `category` is the line's, empty for none or for
/// versions that write none.
pub(crate) fn detail(message: &str, category: &str) -> Option<Detail> {
    let mut forms = FORMS.iter();
    if let Some((beginning, read)) = forms.find(|(beginning, _)| begins(message, beginning)) {
        return read(Scan(&message[beginning.len()..]));
    }
    match category {
        "net" | "privatebroadcast" => disconnect::disconnected(message),
        "mempoolrej" => mempool::rejected(Scan(message)),
        "" => mempool::rejected(Scan(message)).or_else(|| disconnect::disconnected(message)),
        _ => None,
    }
}

/// Does the message begin so? Most differ in the first letter, which is quick
/// to see.
fn begins(message: &str, beginning: &str) -> bool {
    message.as_bytes().first() == beginning.as_bytes().first() && message.starts_with(beginning)
}
