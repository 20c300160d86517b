//! Words of our own P2P connection, and of what the node tells over IPC.

use super::Numbers;

/// What the node tells us unasked.
pub(crate) const ANNOUNCEMENTS: [&str; 6] = [
    "addr",
    "addrv2",
    "inv",
    "feefilter",
    "headers",
    "cmpctblock",
];

/// Messages that announce blocks.
pub(crate) const BLOCK_ANNOUNCEMENTS: [&str; 3] = ["headers", "cmpctblock", "inv"];

/// Whether a tip was told by the node, or looked up.
pub(crate) const OBSERVED: [&str; 2] = ["no", "yes"];

/// Percentiles of a template's fee rates that have a series.
pub(crate) const PERCENTILES: Numbers<u32, 15> = [
    (0, "0"),
    (1, "1"),
    (5, "5"),
    (10, "10"),
    (20, "20"),
    (25, "25"),
    (30, "30"),
    (40, "40"),
    (50, "50"),
    (60, "60"),
    (75, "75"),
    (90, "90"),
    (95, "95"),
    (99, "99"),
    (100, "100"),
];
