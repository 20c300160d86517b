//! Cut and merge: events of some archives into a new one, as the bytes they are.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use peer_observer_archive::{ArchiveWriter, Header, HeaderNode, Options, Selection, WriteError};
use peer_observer_event::{Kind, KindSet};

use crate::source::{Format, InputError, Inputs, Merge, Step, Trouble};

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Events.
    pub events: u64,
    /// Bytes of these events.
    pub event_bytes: u64,
    /// Bytes of the new file.
    pub file_bytes: u64,
    /// What could not be read, each for people.
    pub troubles: Vec<Trouble>,
}

/// Why there is no new archive.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Something has this name.
    #[error("{} is there already: name another file, or delete it", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The sources.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The new file.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: WriteError,
    },
}

/// Writes what is selected of `inputs` into a new archive. `software` is for its
/// header. `progress` is told now and then how many bytes of the files are read.
///
/// # Errors
/// Where a file cannot be read or written; then there is no new file.
pub fn copy(
    inputs: Inputs,
    selection: &Selection,
    to: &Path,
    software: &str,
    progress: impl FnMut(u64),
) -> Result<Copied, CopyError> {
    let header = header(&inputs, selection, software);
    let write_error = |error| CopyError::Write {
        path: to.to_owned(),
        error,
    };
    let file = match OpenOptions::new().write(true).create_new(true).open(to) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(CopyError::Exists {
                path: to.to_owned(),
            });
        }
        Err(error) => return Err(write_error(error.into())),
    };
    let copied = ArchiveWriter::new(file, &header, Options::default())
        .map_err(write_error)
        .and_then(|writer| fill(writer, Merge::new(inputs, selection.clone()), to, progress));
    if copied.is_err() {
        // Half an archive would be taken for a whole one that was cut off.
        let _ = fs::remove_file(to);
    }
    copied
}

fn fill(
    mut writer: ArchiveWriter<fs::File>,
    mut merge: Merge,
    to: &Path,
    mut progress: impl FnMut(u64),
) -> Result<Copied, CopyError> {
    let write_error = |error| CopyError::Write {
        path: to.to_owned(),
        error,
    };
    let mut copied = Copied::default();
    while let Some(step) = merge.next()? {
        match step {
            Step::Events(block) => {
                for event in block.iter() {
                    writer.push(event).map_err(write_error)?;
                }
                copied.events += block.len() as u64;
                copied.event_bytes += block.bytes().len() as u64;
            }
            Step::Trouble(trouble) => {
                if let Trouble::Damage { damage, .. } = &trouble {
                    // The new file has no damage, but it has no more events either.
                    writer.miss(damage.events.unwrap_or(0));
                }
                copied.troubles.push(trouble);
            }
        }
        progress(merge.bytes_read());
    }
    progress(merge.bytes_read());
    let file = writer.finish().map_err(write_error)?;
    let synced = file.sync_all().and_then(|()| file.metadata());
    copied.file_bytes = synced.map_err(|error| write_error(error.into()))?.len();
    Ok(copied)
}

/// What the sources say together, and what this has done to them.
fn header(inputs: &Inputs, selection: &Selection, software: &str) -> Header {
    let mut header = Header {
        schema: "peer_observer.v1".to_owned(),
        software: software.to_owned(),
        begun_time_ns: peer_observer_bus::wall_clock_ns(),
        filters_whole_kinds: selection.commands.is_none(),
        ..Header::default()
    };
    for input in inputs.files() {
        let of = &input.header;
        add(&mut header.sources, [source_name(&input.path)]);
        add(&mut header.filters, of.filters.clone());
        add(&mut header.redactions, of.redactions.clone());
        add(&mut header.nodes, of.nodes.clone());
        if !of.filters.is_empty() && !of.filters_whole_kinds {
            header.filters_whole_kinds = false;
        }
        if !of.clock_note.is_empty() && !header.clock_note.contains(&of.clock_note) {
            let separator = if header.clock_note.is_empty() {
                ""
            } else {
                "; "
            };
            header.clock_note += &format!("{separator}{}", of.clock_note);
        }
        if input.format == Format::Legacy {
            let name = inputs.legacy_node.clone();
            add(
                &mut header.nodes,
                [HeaderNode {
                    name,
                    chain: String::new(),
                }],
            );
        }
    }
    if let Some(nodes) = &selection.nodes {
        header.nodes.retain(|node| nodes.contains(&node.name));
    }
    add(&mut header.filters, words(selection));
    header
}

fn source_name(path: &Path) -> String {
    // Where the file was is nobody's business.
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn add<T: PartialEq>(list: &mut Vec<T>, new: impl IntoIterator<Item = T>) {
    for item in new {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

/// The selection in words. A time range is none: it makes no hole.
fn words(selection: &Selection) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(nodes) = &selection.nodes {
        words.push(format!("nodes: {}", nodes.join(", ")));
    }
    if selection.kinds != KindSet::ALL {
        let kinds = Kind::ALL
            .iter()
            .filter(|kind| selection.kinds.contains(**kind));
        let kinds: Vec<&str> = kinds.map(|kind| kind.word()).collect();
        words.push(format!("kinds: {}", kinds.join(", ")));
    }
    if let Some(commands) = &selection.commands {
        words.push(format!(
            "P2P messages alone, of types: {}",
            commands.join(", ")
        ));
    }
    words
}
