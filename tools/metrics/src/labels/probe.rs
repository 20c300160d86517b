//! Labels of our own P2P connection, and of what the node tells over IPC.

use peer_observer_event::ProbeTransport;

use super::{Label, or_other, words_of};
use crate::words::probe;

pub(crate) const PROBE_TRANSPORT: Label =
    Label::words("transport", "transport protocol; v2 is BIP324", || {
        words_of(ProbeTransport::word)
    });
pub(crate) const ANNOUNCEMENT: Label = Label::words("message", "type of the message", || {
    or_other(&probe::ANNOUNCEMENTS)
});
pub(crate) const BLOCK_ANNOUNCEMENT: Label =
    Label::words("message", "message that announced the block", || {
        probe::BLOCK_ANNOUNCEMENTS.into()
    });

pub(crate) const OBSERVED: Label = Label::words(
    "observed",
    "did the node tell of this very tip, or was it looked up afterwards",
    || probe::OBSERVED.into(),
);
pub(crate) const PERCENTILE: Label = Label::words(
    "percentile",
    "so much of the template's weight pays this fee rate or less",
    || {
        let known = probe::PERCENTILES.into_iter();
        known.map(|(_, word)| word).collect()
    },
);
