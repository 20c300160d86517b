//! Events as lines of JSON.

use std::io::Write;

use peer_observer_event::Event;

use crate::ExportError;

/// Writes each event as one line of JSON, in the form of [`Event::to_json`].
pub struct JsonLinesExport<W: Write> {
    writer: W,
    /// The line, kept for the next one's sake.
    line: Vec<u8>,
    summary: JsonLinesSummary,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JsonLinesSummary {
    /// Events, one a line.
    pub lines: u64,
    /// Bytes, line ends included.
    pub bytes: u64,
}

impl<W: Write> JsonLinesExport<W> {
    /// Each line is one call of `writer`: give it a buffer where calls are dear.
    pub fn new(writer: W) -> JsonLinesExport<W> {
        JsonLinesExport {
            writer,
            line: Vec::new(),
            summary: JsonLinesSummary::default(),
        }
    }

    /// Writes a line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn push(&mut self, event: &Event) -> Result<(), ExportError> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, event)
            .map_err(|error| ExportError::Line(error.into()))?;
        self.line.push(b'\n');
        self.writer
            .write_all(&self.line)
            .map_err(ExportError::Line)?;
        self.summary.lines += 1;
        self.summary.bytes += self.line.len() as u64;
        Ok(())
    }

    /// Hands everything on and says how much it was.
    ///
    /// # Errors
    /// When what is still buffered cannot be written.
    pub fn finish(mut self) -> Result<JsonLinesSummary, ExportError> {
        self.writer.flush().map_err(ExportError::Line)?;
        Ok(self.summary)
    }
}
