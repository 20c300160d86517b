//! The folders within a table: one for each node and, in it, one for each day.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use peer_observer_event::Event;

/// What Hive, and all who read its folders, take for NULL.
const NONE: &str = "__HIVE_DEFAULT_PARTITION__";

/// For nodes whose names cannot name a folder. No node of a configuration is
/// among them.
const OTHER: &str = "_other";

/// Longest name of a node's folder, in bytes. File systems take 255.
const LONGEST: usize = 200;

const NANOSECONDS_A_DAY: u64 = 24 * 3600 * 1_000_000_000;

/// The node and day of events, as the folders say them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    node: String,
    /// Since the epoch.
    day: Option<u64>,
}

impl Partition {
    pub(crate) fn of(event: &Event) -> Partition {
        Partition {
            node: event.node.clone(),
            day: day(event),
        }
    }

    pub(crate) fn holds(&self, event: &Event) -> bool {
        self.day == day(event) && self.node == event.node
    }

    /// The folder of these events in that of a table.
    pub(crate) fn directory(&self, table: &Path) -> PathBuf {
        table
            .join(format!("node={}", node_folder(&self.node)))
            .join(format!("date={}", date(self.day)))
    }
}

/// The day (UTC) on which the bus took the event, or where no bus did, on which
/// it happened. By the bus's time, days follow each other in an archive.
fn day(event: &Event) -> Option<u64> {
    let time = [event.bus_time_ns, event.time_ns];
    let time = time.into_iter().find(|time| *time != 0)?;
    Some(time / NANOSECONDS_A_DAY)
}

fn date(day: Option<u64>) -> String {
    let midnight = day.and_then(|day| {
        let seconds = i64::try_from(day).ok()?.checked_mul(24 * 3600)?;
        Timestamp::from_second(seconds).ok()
    });
    match midnight {
        Some(midnight) => midnight.to_zoned(TimeZone::UTC).date().to_string(),
        None => NONE.to_owned(),
    }
}

/// The node's name with all that a configuration does not allow in it written
/// as `%` and hex: readers of such folders take that back.
fn node_folder(node: &str) -> String {
    if node.is_empty() {
        return NONE.to_owned();
    }
    let mut folder = String::with_capacity(node.len());
    for byte in node.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => folder.push(char::from(byte)),
            _ => folder.push_str(&format!("%{byte:02X}")),
        }
        if folder.len() > LONGEST {
            return OTHER.to_owned();
        }
    }
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(node: &str, bus_time_ns: u64, time_ns: u64) -> String {
        let event = Event {
            node: node.to_owned(),
            bus_time_ns,
            time_ns,
            ..Event::default()
        };
        let directory = Partition::of(&event).directory(Path::new("t"));
        directory.display().to_string()
    }

    #[test]
    fn a_folder_is_named_by_node_and_day() {
        let noon = 1_790_000_000_000_000_000;
        assert_eq!(folder("alice", noon, 1), "t/node=alice/date=2026-09-21");
        assert_eq!(folder("a-b_1", 0, noon), "t/node=a-b_1/date=2026-09-21");
        let last = NANOSECONDS_A_DAY - 1;
        assert_eq!(folder("a", last, 0), "t/node=a/date=1970-01-01");
        assert_eq!(folder("a", last + 1, 0), "t/node=a/date=1970-01-02");
        assert_eq!(folder("", 0, 0), format!("t/node={NONE}/date={NONE}"));
    }

    #[test]
    fn no_name_leaves_its_folder() {
        let cases = [
            ("../../etc", "%2E%2E%2F%2E%2E%2Fetc"),
            ("..", "%2E%2E"),
            ("/", "%2F"),
            ("a\0b", "a%00b"),
            ("Alice", "%41lice"),
            (
                NONE,
                "__%48%49%56%45_%44%45%46%41%55%4C%54_%50%41%52%54%49%54%49%4F%4E__",
            ),
            ("é", "%C3%A9"),
        ];
        for (node, expected) in cases {
            assert_eq!(node_folder(node), expected);
        }
        assert_eq!(node_folder(&"a".repeat(200)).len(), 200);
        assert_eq!(node_folder(&"a".repeat(201)), OTHER);
        assert_eq!(node_folder(&"/".repeat(1 << 20)), OTHER);
    }
}
