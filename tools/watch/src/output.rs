//! Filtered events on their way out, printed or counted.

use std::io::{self, BufWriter, Write};

use peer_observer_event::{Event, Filter};

use crate::{Format, Printer, Summary};

/// What is printed and how.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Which events.
    pub filter: Filter,
    /// What their lines look like.
    pub format: Format,
    /// Colours, for text on a terminal.
    pub colour: bool,
    /// A [`Summary`] at the end instead of lines.
    pub count: bool,
    /// End after so many events, at least 1.
    pub number: Option<u64>,
}

/// Is more to be written?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Yes.
    GoOn,
    /// Enough was written, or nobody reads it any more.
    End,
}

/// Writing failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the events that are watched: {0}")]
pub struct WriteError(#[from] io::Error);

/// Writes the wanted events into `W`, buffered.
///
/// A reader that has gone away (`| head`) ends the output and is no failure.
#[derive(Debug)]
pub struct Output<W: Write> {
    out: BufWriter<W>,
    filter: Filter,
    printer: Printer,
    summary: Option<Summary>,
    remaining: Option<u64>,
}

impl<W: Write> Output<W> {
    /// An output that has written nothing yet.
    pub fn new(settings: Settings, out: W) -> Output<W> {
        Output {
            out: BufWriter::with_capacity(64 << 10, out),
            filter: settings.filter,
            printer: Printer::new(settings.format, settings.colour),
            summary: settings.count.then(Summary::default),
            remaining: settings.number,
        }
    }

    /// Prints or counts the event if it is wanted.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn event(&mut self, event: &Event) -> Result<Step, WriteError> {
        if self.remaining == Some(0) {
            return Ok(Step::End);
        }
        if !self.filter.matches(event) {
            return Ok(Step::GoOn);
        }
        let step = match &mut self.summary {
            Some(summary) => {
                summary.add(event);
                Step::GoOn
            }
            None => step(self.printer.write(event, &mut self.out))?,
        };
        let Some(remaining) = &mut self.remaining else {
            return Ok(step);
        };
        *remaining -= 1;
        Ok(if *remaining == 0 { Step::End } else { step })
    }

    /// Prints or counts that events are missing at this place.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn missed(&mut self, count: u64) -> Result<Step, WriteError> {
        match &mut self.summary {
            Some(summary) => {
                summary.add_missed(count);
                Ok(Step::GoOn)
            }
            None => step(self.printer.write_missed(count, &mut self.out)),
        }
    }

    /// Shows what has been written so far.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn flush(&mut self) -> Result<Step, WriteError> {
        step(self.out.flush())
    }

    /// Prints what has been counted, once, and shows everything.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn finish(&mut self) -> Result<(), WriteError> {
        if let Some(summary) = self.summary.take() {
            // Nothing is printed or counted behind the summary.
            self.remaining = Some(0);
            step(write!(self.out, "{summary}"))?;
        }
        self.flush().map(|_| ())
    }
}

fn step(written: io::Result<()>) -> Result<Step, WriteError> {
    match written {
        Ok(()) => Ok(Step::GoOn),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Step::End),
        Err(error) => Err(error.into()),
    }
}
