//! How many events there were of what.

use std::collections::BTreeMap;
use std::fmt;

use peer_observer_event::{Direction, Event, Payload};

/// Counts events by what happened, P2P message type and direction.
///
/// As a table, sorted by name and with a total. However many different message
/// types peers make up, it does not grow: they are counted together as `other`.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    counts: BTreeMap<Row, u64>,
    missed: u64,
}

/// Payload, P2P message type, direction; empty where there is none.
type Row = [&'static str; 3];

impl Summary {
    /// Counts an event.
    pub fn add(&mut self, event: &Event) {
        *self.counts.entry(row(event)).or_default() += 1;
    }

    /// Counts `count` events as missing.
    pub fn add_missed(&mut self, count: u64) {
        self.missed += count;
    }
}

fn row(event: &Event) -> Row {
    let payload = event.payload.as_ref();
    let command = match payload {
        Some(Payload::P2pMessage(message)) => message.command_word(),
        _ => "",
    };
    // A payload of a newer version has no name here.
    let word = payload.map_or("unknown_payload", Payload::word);
    [word, command, event.direction().map_or("", Direction::word)]
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize, least: usize| {
            let cells = self.counts.keys().map(|row| row[column].len());
            cells.fold(least, usize::max)
        };
        let total: u64 = self.counts.values().sum();
        let widths = [width(0, "missed".len()), width(1, 0), width(2, 0)];
        let digits = total.max(self.missed).to_string().len();
        let mut line = |row: Row, count: u64| {
            for (cell, width) in row.into_iter().zip(widths) {
                if width > 0 {
                    write!(f, "{cell:<width$}  ")?;
                }
            }
            writeln!(f, "{count:>digits$}")
        };
        for (row, count) in &self.counts {
            line(*row, *count)?;
        }
        line(["total", "", ""], total)?;
        if self.missed > 0 {
            line(["missed", "", ""], self.missed)?;
        }
        Ok(())
    }
}
