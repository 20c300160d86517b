//! `archive export`: events for other programs.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use indicatif::ProgressBar;
use peer_observer_archive_tool::source::{Merge, Step};
use peer_observer_event::Event;
use peer_observer_export::{ExportError, JsonLinesExport, ParquetExport, ParquetOptions};
use prost::Message;

use super::inputs;
use super::progress::bar;
use crate::cli::archive::ExportArgs;
use crate::stdout;

pub(crate) fn export(arguments: &ExportArgs) -> anyhow::Result<()> {
    match (&arguments.parquet, &arguments.jsonl) {
        (Some(folder), _) => parquet(arguments, folder),
        (None, Some(file)) => json_lines(arguments, file),
        // The command line asks for one of them.
        (None, None) => Ok(()),
    }
}

fn parquet(arguments: &ExportArgs, folder: &Path) -> anyhow::Result<()> {
    let mut export = ParquetExport::create(folder, ParquetOptions::default())?;
    each_event(arguments, |event| export.push(event))?;
    let summary = export.finish()?;
    let mut text = String::new();
    for (name, table) in &summary.tables {
        let rows = format!(
            "{name:<24} {:>12} rows {:>14} bytes",
            table.rows, table.bytes
        );
        text += &format!("{rows} {:>6} files\n", table.files);
    }
    text += &format!("{} events, {} bytes\n", summary.events(), summary.bytes());
    stdout::print(&text)
}

fn json_lines(arguments: &ExportArgs, file: &Path) -> anyhow::Result<()> {
    let is_stdout = file.as_os_str() == "-";
    let out: Box<dyn Write> = match is_stdout {
        true => Box::new(io::stdout()),
        false => {
            let made = OpenOptions::new().write(true).create_new(true).open(file);
            Box::new(made.with_context(|| format!("cannot make the file {}", file.display()))?)
        }
    };
    let mut export = JsonLinesExport::new(BufWriter::new(out));
    let exported = each_event(arguments, |event| export.push(event));
    let finished = exported.and_then(|()| Ok(export.finish()?));
    match finished {
        Err(error) if is_stdout && is_broken_pipe(&error) => Ok(()),
        finished => finished.map(drop),
    }
}

fn each_event(
    arguments: &ExportArgs,
    mut take: impl FnMut(&Event) -> Result<(), ExportError>,
) -> anyhow::Result<()> {
    let inputs = inputs(&arguments.places)?;
    let prints = arguments.jsonl.as_deref() == Some(Path::new("-"));
    let bar: ProgressBar = bar(inputs.bytes(), prints);
    let mut merge = Merge::new(inputs, arguments.selection.selection());
    let mut undecodable = 0_u64;
    while let Some(step) = merge.next()? {
        match step {
            Step::Events(block) => {
                for bytes in block.iter() {
                    match Event::decode(bytes) {
                        Ok(event) => take(&event)?,
                        Err(_) => undecodable += 1,
                    }
                }
            }
            Step::Trouble(trouble) => eprintln!("peer-observer: {trouble}"),
        }
        bar.set_position(merge.bytes_read());
    }
    bar.finish_and_clear();
    if undecodable > 0 {
        eprintln!("peer-observer: {undecodable} events do not follow the schema and were left out");
    }
    Ok(())
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
