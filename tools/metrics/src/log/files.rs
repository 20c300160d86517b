//! Files that the node writes while it runs, in debug.log.

use peer_observer_event::{LogAddrmanWritten, LogBanlistWritten, LogMempoolDumped};

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Gauges, NodeName, SecondsCounters, gauge_value, usable_seconds};
use crate::labels::log::{FILE, WRITE_STEP};
use crate::words::log::{BANLIST, COPY, FILES, MEMPOOL, PEERS, WRITE};

/// Families of files.
pub(crate) struct FileFamilies {
    writes: Counters<1>,
    seconds: SecondsCounters<2>,
    entries: Gauges<1>,
    bytes: Gauges<1>,
}

impl FileFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> FileFamilies {
        catalogue.area(
            "Files in the log",
            "debug.log: `Dumped mempool`, and `Flushed` with -debug=net",
        );
        FileFamilies {
            writes: catalogue.family(
                define("log_file_writes", "times", "Times the node wrote a file").labels([FILE]),
            ),
            seconds: catalogue.family(
                define(
                    "log_file_write_duration_seconds",
                    "seconds",
                    "Time that writing a file took, summed up",
                )
                .labels([FILE, WRITE_STEP]),
            ),
            entries: catalogue.family(
                define(
                    "log_file_latest_entries",
                    "entries",
                    "Addresses or bans in a file when it was written last",
                )
                .labels([FILE]),
            ),
            bytes: catalogue.family(
                define(
                    "log_file_latest_bytes",
                    "bytes",
                    "Size of a file when it was written last",
                )
                .labels([FILE]),
            ),
        }
    }

    pub(super) fn mempool(&self, node: &NodeName, dump: &LogMempoolDumped, is_current: bool) {
        self.write(node, MEMPOOL, dump.write_seconds);
        if let Some(seconds) = usable_seconds(dump.copy_seconds) {
            self.seconds.at(node, [MEMPOOL, COPY]).inc_by(seconds);
        }
        if let (Some(bytes), true) = (dump.file_bytes, is_current) {
            self.bytes.at(node, [MEMPOOL]).set(gauge_value(bytes));
        }
    }

    pub(super) fn addrman(&self, node: &NodeName, write: &LogAddrmanWritten, is_current: bool) {
        self.write(node, PEERS, write.duration_seconds);
        if is_current {
            let addresses = gauge_value(write.addresses);
            self.entries.at(node, [PEERS]).set(addresses);
        }
    }

    pub(super) fn banlist(&self, node: &NodeName, write: &LogBanlistWritten, is_current: bool) {
        self.write(node, BANLIST, write.duration_seconds);
        if is_current {
            let bans = gauge_value(write.bans);
            self.entries.at(node, [BANLIST]).set(bans);
        }
    }

    fn write(&self, node: &NodeName, file: &'static str, seconds: Option<f64>) {
        self.writes.at(node, [file]).inc();
        if let Some(seconds) = usable_seconds(seconds) {
            self.seconds.at(node, [file, WRITE]).inc_by(seconds);
        }
    }

    pub(super) fn clear(&self, node: &NodeName) {
        for file in FILES {
            self.entries.remove(node, [file]);
            self.bytes.remove(node, [file]);
        }
    }
}
