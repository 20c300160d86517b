//! Writes the recording.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result};
use lab::recording::clock_note;
use peer_observer_archive::{ArchiveWriter, Header, HeaderNode, Options};
use prost::Message;

use super::{Recorded, incidents, tidy};

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

/// Writes beside the archive what can be seen in it.
pub(super) fn describe(path: &Path, recorded: &Recorded) -> Result<()> {
    let text = format!(
        "# What happens in this recording\n\n\
         {} minutes of node time of three regtest nodes that are connected to each other: alice, bob, who mines,\n\
         and carol. Each has some peers that come and go; there are a block each ten minutes and six transactions a\n\
         minute on average. Alice logs connections and messages (`-debug=net`). And:\n\n{}\n\
         Made with `cargo xtask record-demo`; the archive's header says how its times came about.\n",
        recorded.minutes,
        incidents::table(&recorded.timetable)?
    );
    let description = path.with_extension("md");
    fs::write(&description, text)
        .with_context(|| format!("cannot write {}", description.display()))?;
    println!("{}: what happens when", description.display());
    Ok(())
}
