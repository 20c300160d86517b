//! Looks over what was written: is it whole, did nothing get lost, is it small?

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use peer_observer_archive::{ArchiveReader, Item, Selection, verify};
use peer_observer_event::{Event, GapReason, Heartbeat, Payload};
use prost::Message;

/// What the project ships is at most so large.
const MOST_BYTES: u64 = 2 << 20;

/// The events' bytes and number, by the word for what they are.
type Counts = BTreeMap<String, (u64, u64)>;

pub(super) fn over(path: &Path) -> Result<()> {
    let open = || -> Result<_> {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(ArchiveReader::open(file)?)
    };
    let report = verify(&mut open()?)?;
    ensure!(
        report.damages.is_empty() && report.holes.is_empty() && report.disordered_events == 0,
        "the archive is not whole: {report:?}"
    );
    let counts = read(open()?)?;
    for (what, (events, bytes)) in &counts {
        println!("{events:>7} events {bytes:>9} bytes  {what}");
    }
    let size = std::fs::metadata(path)?.len();
    println!(
        "{}: {} events of {} bytes in {size} bytes, {:.1} each",
        path.display(),
        report.events,
        report.event_bytes,
        size as f64 / report.events as f64
    );
    ensure!(size <= MOST_BYTES, "more than {MOST_BYTES} bytes");
    Ok(())
}

/// Counts the events, and fails where one tells of a loss.
fn read(mut archive: ArchiveReader<File>) -> Result<Counts> {
    let mut counts = Counts::new();
    let mut last_beats = BTreeMap::new();
    let mut events = archive.events(Selection::default())?;
    while let Some(item) = events.next()? {
        let bytes = match item {
            Item::Event(bytes) => bytes,
            Item::Damage(damage) => bail!("the archive is damaged: {damage:?}"),
        };
        let event = Event::decode(bytes)?;
        let count = counts.entry(word(&event)).or_default();
        *count = (count.0 + 1, count.1 + bytes.len() as u64);
        match event.payload {
            // Everybody has to find the nodes first.
            Some(Payload::Gap(gap)) => ensure!(
                gap.reason() == GapReason::NotAttached,
                "something was lost, record again: {gap:?}"
            ),
            Some(Payload::Heartbeat(beat)) => {
                last_beats.insert((event.node, event.extractor, event.instance), beat);
            }
            _ => {}
        }
    }
    for ((node, ..), beat) in &last_beats {
        nothing_dropped(node, beat)?;
    }
    Ok(counts)
}

fn nothing_dropped(node: &str, beat: &Heartbeat) -> Result<()> {
    for hop in &beat.hops {
        let dropped: u64 = hop.dropped.iter().map(|dropped| dropped.count).sum();
        ensure!(
            dropped == 0 && hop.reduced == 0,
            "something of {node} was lost, record again: {hop:?}"
        );
    }
    Ok(())
}

fn word(event: &Event) -> String {
    let extractor = event.extractor().word();
    match &event.payload {
        Some(Payload::P2pMessage(message)) => format!("{extractor}: {}", message.command),
        Some(payload) => format!("{extractor}: {}", payload.word()),
        None => extractor.to_owned(),
    }
}
