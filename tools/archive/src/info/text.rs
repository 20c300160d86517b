//! The info as text for people.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use super::Info;
use super::counts::{Count, Counts};
use super::file::FileInfo;
use crate::text::{printable, time_text};

impl Display for Info {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            writeln!(f, "{file}")?;
        }
        if self.files.len() > 1 {
            writeln!(f, "All {} files", self.files.len())?;
        }
        write!(f, "{}", self.total)
    }
}

impl Display for FileInfo {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.path.display())?;
        if let Some(header) = &self.header {
            writeln!(f, "  {}", printable(&header.text()))?;
            let parts = [
                ("filter", &header.filters),
                ("left out", &header.redactions),
                ("made from", &header.sources),
            ];
            for (what, lines) in parts {
                for line in lines {
                    writeln!(f, "  {what}: {}", printable(line))?;
                }
            }
            if !header.clock_note.is_empty() {
                writeln!(f, "  clock: {}", printable(&header.clock_note))?;
            }
        } else {
            writeln!(
                f,
                "  an archive of the existing system, without header or index of ours"
            )?;
        }
        let frames = self
            .frames
            .map(|frames| format!(", {frames} frames"))
            .unwrap_or_default();
        let state = if self.is_finished {
            ""
        } else {
            ", being written or not finished"
        };
        writeln!(f, "  {}{frames}{state}", size(&self.counts))?;
        for trouble in &self.troubles {
            writeln!(f, "  cannot be read: {}", printable(trouble))?;
        }
        Ok(())
    }
}

impl Display for Counts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}", size(self))?;
        if let (Some(first), Some(last)) = (self.first_bus_time_ns, self.last_bus_time_ns) {
            let span = duration(Duration::from_nanos(last - first));
            writeln!(
                f,
                "  from {} to {}, {span}",
                time_text(first),
                time_text(last)
            )?;
        }
        if self.gap_notices > 0 {
            let (notices, events) = (self.gap_notices, self.gap_events);
            writeln!(
                f,
                "  {notices} gaps before the bus, {events} events lost in them as far as is known"
            )?;
        }
        if self.missed_events > 0 {
            writeln!(f, "  {} events missed by the recorder", self.missed_events)?;
        }
        let kinds = self
            .kinds
            .iter()
            .map(|(kind, count)| ((*kind).to_owned(), *count));
        table(f, "kind", kinds.collect(), self.event_bytes)?;
        for (direction, commands) in &self.commands {
            let rows = commands
                .iter()
                .map(|(command, count)| (command.clone(), *count));
            table(
                f,
                &format!("{direction} messages"),
                rows.collect(),
                self.event_bytes,
            )?;
        }
        let nodes = self.nodes.iter().flat_map(|(node, extractors)| {
            extractors.iter().map(move |(extractor, count)| {
                (
                    format!("{} {extractor}", printable(node)).trim().to_owned(),
                    *count,
                )
            })
        });
        table(f, "node and extractor", nodes.collect(), self.event_bytes)
    }
}

/// The rows with the most bytes first.
fn table(
    f: &mut Formatter<'_>,
    title: &str,
    mut rows: Vec<(String, Count)>,
    all_bytes: u64,
) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_by(|a, b| b.1.bytes.cmp(&a.1.bytes).then_with(|| a.0.cmp(&b.0)));
    writeln!(
        f,
        "\n  {title:<28} {:>13} {:>15} {:>7} {:>7}",
        "events", "bytes", "share", "mean"
    )?;
    for (name, Count { events, bytes }) in rows {
        let share = 100.0 * bytes as f64 / all_bytes.max(1) as f64;
        let mean = bytes / events.max(1);
        writeln!(
            f,
            "  {name:<28} {events:>13} {bytes:>15} {share:>6.1}% {mean:>7}"
        )?;
    }
    Ok(())
}

/// Events, bytes and how well they are compressed.
fn size(counts: &Counts) -> String {
    let Counts {
        events,
        event_bytes,
        file_bytes,
        ..
    } = counts;
    let ratio = *event_bytes as f64 / (*file_bytes).max(1) as f64;
    let each = *file_bytes as f64 / (*events).max(1) as f64;
    format!(
        "{events} events, {event_bytes} bytes in {file_bytes} ({ratio:.1} : 1, {each:.1} bytes per event)"
    )
}

fn duration(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, rest) = (seconds / 60 % 60, span.as_secs_f64() % 60.0);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{rest:.1} s"),
        (0, 0, _) => format!("{minutes} min {rest:.0} s"),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}
