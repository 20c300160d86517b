//! `archive cut` and `archive merge`.

use std::path::Path;

use peer_observer_archive::Selection;
use peer_observer_archive_tool::copy::copy;

use super::inputs;
use super::progress::bar;
use crate::cli::archive::{CutArgs, MergeArgs, PlacesArgs};
use crate::stdout;
use crate::version::SOFTWARE;

pub(crate) fn cut(arguments: &CutArgs) -> anyhow::Result<()> {
    write(
        &arguments.places,
        &arguments.selection.selection(),
        &arguments.out,
    )
}

pub(crate) fn merge(arguments: &MergeArgs) -> anyhow::Result<()> {
    write(&arguments.places, &Selection::default(), &arguments.out)
}

fn write(places: &PlacesArgs, selection: &Selection, out: &Path) -> anyhow::Result<()> {
    let inputs = inputs(places)?;
    let bar = bar(inputs.bytes(), false);
    let copied = copy(inputs, selection, out, SOFTWARE, |bytes| {
        bar.set_position(bytes)
    });
    bar.finish_and_clear();
    let copied = copied?;
    for trouble in &copied.troubles {
        eprintln!("peer-observer: {trouble}");
    }
    stdout::print(&format!(
        "{}: {} events, {} bytes in {}\n",
        out.display(),
        copied.events,
        copied.event_bytes,
        copied.file_bytes
    ))
}
