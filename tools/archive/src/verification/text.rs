//! The verification as text for people.

use std::fmt::{self, Display, Formatter};

use super::{FileVerification, Verification};
use crate::text::{printable, time_text};

/// More of a list than these are only counted.
const MOST_LINES: usize = 20;

impl Display for Verification {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            write!(f, "{file}")?;
        }
        let bad = self.files.iter().filter(|file| !file.is_whole).count();
        match (self.is_whole, self.files.len()) {
            (true, 1) => writeln!(f, "everything is there"),
            (true, files) => writeln!(f, "everything is there, in {files} files"),
            (false, files) => writeln!(f, "{bad} of {files} files are not whole"),
        }
    }
}

impl Display for FileVerification {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        let state = if self.is_whole { "whole" } else { "NOT WHOLE" };
        writeln!(
            f,
            "{path}: {state}, {} events in {} frames",
            self.events, self.frames
        )?;
        list(f, self.damages.iter().map(|damage| damage.what.clone()))?;
        if self.missed_events > 0 {
            writeln!(
                f,
                "  {} events were missed by the recorder",
                self.missed_events
            )?;
        }
        if self.is_filtered {
            writeln!(f, "  recorded with filters: missing numbers are no loss")?;
        } else if self.missing_events > 0 {
            let (missing, unexplained) = (self.missing_events, self.unexplained_events);
            writeln!(
                f,
                "  {missing} events are missing, {unexplained} of them for no known reason"
            )?;
            let holes = self.holes.iter().map(|hole| {
                let kind = hole.kind.map(|kind| format!(" {kind}")).unwrap_or_default();
                let time = hole.bus_time_ns.parse().map(time_text).unwrap_or_default();
                format!(
                    "{}{kind} of {}: {} after {}, before {time}",
                    hole.extractor,
                    printable(&hole.node),
                    hole.missing,
                    hole.after_sequence
                )
            });
            list(f, holes)?;
        }
        if self.disordered_events > 0 {
            writeln!(
                f,
                "  {} events came again or out of their order",
                self.disordered_events
            )?;
        }
        let gaps = self.gaps.iter().map(|gap| {
            let time = gap.bus_time_ns.parse().map(time_text).unwrap_or_default();
            let events = gap
                .events
                .map_or("an unknown number of".to_owned(), |it| it.to_string());
            let (extractor, node) = (gap.extractor, printable(&gap.node));
            format!(
                "gap before the bus: {extractor} of {node}, {events} events, {} at {time}",
                gap.reason
            )
        });
        list(f, gaps)
    }
}

fn list(f: &mut Formatter<'_>, lines: impl ExactSizeIterator<Item = String>) -> fmt::Result {
    let more = lines.len().saturating_sub(MOST_LINES);
    for line in lines.take(MOST_LINES) {
        writeln!(f, "  {line}")?;
    }
    if more > 0 {
        writeln!(f, "  … and {more} more, see --json")?;
    }
    Ok(())
}
