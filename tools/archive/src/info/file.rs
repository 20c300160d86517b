//! What one file holds.

use std::fs::File;
use std::path::PathBuf;

use peer_observer_archive::{ArchiveReader, Header, Selection, Tally};
use serde::Serialize;

use super::counts::Counts;
use crate::source::{Format, Input, InputError, Inputs, Merge, Step};

/// What one file holds.
#[derive(Clone, Debug, Serialize)]
pub struct FileInfo {
    /// Where it is.
    pub path: PathBuf,
    /// `archive`, or `legacy` for one of the existing system.
    pub format: &'static str,
    /// Frames; absent in a format that has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frames: Option<u64>,
    /// It has an index: its recorder has finished it.
    pub is_finished: bool,
    /// What it says of itself; absent in a format that says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<HeaderInfo>,
    /// Its events.
    #[serde(flatten)]
    pub counts: Counts,
    /// What could not be read, each for people.
    pub troubles: Vec<String>,
}

/// What a file says of itself: `peer_observer_archive::Header`.
#[derive(Clone, Debug, Serialize)]
pub struct HeaderInfo {
    schema: String,
    software: String,
    begun_time_ns: String,
    nodes: Vec<NodeInfo>,
    pub(crate) filters: Vec<String>,
    pub(crate) redactions: Vec<String>,
    pub(crate) clock_note: String,
    pub(crate) sources: Vec<String>,
    part: u32,
}

#[derive(Clone, Debug, Serialize)]
struct NodeInfo {
    name: String,
    chain: String,
}

impl HeaderInfo {
    fn of(header: &Header) -> HeaderInfo {
        let nodes = header.nodes.iter().map(|node| NodeInfo {
            name: node.name.clone(),
            chain: node.chain.clone(),
        });
        HeaderInfo {
            schema: header.schema.clone(),
            software: header.software.clone(),
            begun_time_ns: header.begun_time_ns.to_string(),
            nodes: nodes.collect(),
            filters: header.filters.clone(),
            redactions: header.redactions.clone(),
            clock_note: header.clock_note.clone(),
            sources: header.sources.clone(),
            part: header.part,
        }
    }

    /// Program and version, and the nodes with their chains.
    pub(crate) fn text(&self) -> String {
        let nodes = self.nodes.iter().map(|node| match node.chain.as_str() {
            "" => node.name.clone(),
            chain => format!("{} ({chain})", node.name),
        });
        let nodes: Vec<String> = nodes.collect();
        format!("{}, nodes: {}", self.software, nodes.join(", "))
    }
}

impl FileInfo {
    pub(crate) fn of(input: &Input, legacy_node: &str) -> Result<FileInfo, InputError> {
        let mut info = FileInfo {
            path: input.path.clone(),
            format: "archive",
            frames: None,
            is_finished: true,
            header: None,
            counts: Counts {
                file_bytes: input.bytes,
                ..Counts::default()
            },
            troubles: Vec::new(),
        };
        match input.format {
            Format::Archive => info.look_at_frames(input)?,
            Format::Legacy => {
                info.format = "legacy";
                info.read_all(input, legacy_node)?;
            }
        }
        Ok(info)
    }

    fn look_at_frames(&mut self, input: &Input) -> Result<(), InputError> {
        let io_error = |error| InputError::Io {
            path: input.path.clone(),
            error,
        };
        let file = File::open(&input.path).map_err(io_error)?;
        let mut reader = ArchiveReader::open(file).map_err(|error| InputError::Archive {
            path: input.path.clone(),
            error,
        })?;
        self.header = Some(HeaderInfo::of(reader.header()));
        self.is_finished = reader.index().map_err(io_error)?.is_some();
        let frames = reader.frames().map_err(io_error)?;
        self.frames = Some(frames.len() as u64);
        if frames.iter().all(|frame| frame.summary.is_some()) {
            let summaries = frames.iter().filter_map(|frame| frame.summary.as_ref());
            summaries.for_each(|summary| self.counts.add_frame(summary));
            return Ok(());
        }
        // Being written, cut off or damaged: only reading tells which events are
        // there. What the recorder has missed stands in the summaries alone.
        let missed = frames.iter().filter_map(|frame| frame.summary.as_ref());
        self.counts.missed_events = missed.map(|summary| summary.missed_events).sum();
        self.read_all(input, "")
    }

    fn read_all(&mut self, input: &Input, legacy_node: &str) -> Result<(), InputError> {
        let inputs = Inputs::only(input.clone(), legacy_node);
        let mut merge = Merge::new(inputs, Selection::default());
        let mut tally = Tally::default();
        while let Some(step) = merge.next()? {
            match step {
                Step::Events(block) => block.iter().for_each(|event| tally.add_event(event)),
                Step::Trouble(trouble) => self.troubles.push(trouble.what()),
            }
        }
        self.counts.add_frame(&tally.finish());
        Ok(())
    }
}
