//! One event, one line.

use std::io::{self, Write};

use peer_observer_event::Event;

use crate::colour::{FAINT, Paint, RESET, YELLOW, paint};

/// What a line looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people: the event's `Display` form.
    #[default]
    Text,
    /// For programs: the event's JSON form.
    Json,
}

/// Writes events as lines. What strangers chose is escaped in both formats, so
/// that an event is exactly one line and can do nothing to a terminal.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    format: Format,
    colour: bool,
}

impl Printer {
    /// `colour` is for text on a terminal; JSON never has any.
    pub fn new(format: Format, colour: bool) -> Printer {
        Printer { format, colour }
    }

    /// Writes the event's line.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&self, event: &Event, out: &mut impl Write) -> io::Result<()> {
        match self.format {
            Format::Json => {
                serde_json::to_writer(&mut *out, event)?;
                out.write_all(b"\n")
            }
            Format::Text if self.colour => write_coloured(event, out),
            Format::Text => writeln!(out, "{event}"),
        }
    }

    /// Writes that `count` events are missing at this place: a line for people,
    /// or `{"missed":count}`, as on the websocket.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_missed(&self, count: u64, out: &mut impl Write) -> io::Result<()> {
        let (open, close) = if self.colour {
            (YELLOW, RESET)
        } else {
            ("", "")
        };
        match self.format {
            Format::Json => writeln!(out, "{{\"missed\":{count}}}"),
            Format::Text => {
                let events = if count == 1 { "event is" } else { "events are" };
                writeln!(
                    out,
                    "{open}-- {count} {events} missing here: they came faster than they were read{close}"
                )
            }
        }
    }
}

fn write_coloured(event: &Event, out: &mut impl Write) -> io::Result<()> {
    let line = event.to_string();
    // Time and node hold no space: the event's text form escapes it.
    let head = line
        .match_indices(' ')
        .nth(1)
        .map_or(0, |(place, _)| place + 1);
    let (head, rest) = line.split_at(head);
    write!(out, "{FAINT}{head}{RESET}")?;
    match paint(event) {
        Paint::Line(colour) => writeln!(out, "{colour}{rest}{RESET}"),
        Paint::Word(colour) => {
            let (word, rest) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
            writeln!(out, "{colour}{word}{RESET}{rest}")
        }
        Paint::Plain => writeln!(out, "{rest}"),
    }
}
