//! Writes the recording.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result};
use lab::recording::clock_note;
use peer_observer_archive::{ArchiveWriter, Header, HeaderNode, Options};
use prost::Message;

use super::{Recorded, tidy};

/// It is written once and read often.
const LEVEL: i32 = 22;

pub(super) fn write(path: &Path, recorded: &Recorded) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let options = Options {
        level: LEVEL,
        // One frame: it is small, and frames do not know of each other.
        frame_span_ns: u64::MAX,
        ..Options::default()
    };
    let mut writer = ArchiveWriter::new(BufWriter::new(file), &header(recorded), options)?;
    let mut bytes = Vec::new();
    for event in &recorded.events {
        bytes.clear();
        event.encode(&mut bytes)?;
        writer.push(&bytes)?;
    }
    let file = writer
        .finish()?
        .into_inner()
        .map_err(|error| error.into_error())?;
    file.sync_all()
        .with_context(|| format!("cannot write {}", path.display()))
}

fn header(recorded: &Recorded) -> Header {
    let nodes = ["alice", "bob", "carol"].map(|name| HeaderNode {
        name: name.to_owned(),
        chain: "regtest".to_owned(),
    });
    let begun = recorded.events.first().map(|event| event.bus_time_ns);
    Header {
        schema: "peer_observer.v1".to_owned(),
        software: concat!("peer-observer ", env!("CARGO_PKG_VERSION")).to_owned(),
        begun_time_ns: begun.unwrap_or_default(),
        nodes: nodes.into(),
        redactions: vec![tidy::REDACTION.to_owned()],
        clock_note: clock_note(recorded.speed),
        ..Header::default()
    }
}
