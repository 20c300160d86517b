//! Which files are read, and which of them follow each other.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use peer_observer_archive::{ArchiveReader, Header, OpenError};
use peer_observer_legacy_archive::is_legacy;

use super::error::InputError;
use super::legacy;
use crate::EXTENSION;

/// Chains that are read at the same time have a thread and buffers each.
const MOST_CHAINS: usize = 4096;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Ours: docs/archive-format.md.
    Archive,
    /// The existing system's: docs/legacy-archives.md.
    Legacy,
}

/// A file to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// How it is written.
    pub format: Format,
    /// What it says of itself; empty for files of the existing system, which
    /// say almost nothing.
    pub header: Header,
    /// Its length when it was looked at, in bytes.
    pub bytes: u64,
    /// The first event's `bus_time_ns`, or something before it.
    pub(crate) begins_ns: u64,
}

/// Files that follow each other: the parts of one recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// In their order; at least one.
    pub inputs: Vec<Input>,
}

/// All files to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// In the order in which they begin.
    pub chains: Vec<Chain>,
    /// The name that the node gets in files of the existing system, which have none.
    pub legacy_node: String,
}

impl Inputs {
    /// The archives at these places: files, and folders with everything in them
    /// that has the name of an archive. A file that is named twice is read once.
    ///
    /// # Errors
    /// Where one cannot be read or is no archive.
    pub fn find(places: &[PathBuf], legacy_node: &str) -> Result<Inputs, InputError> {
        let mut known = BTreeSet::new();
        let mut inputs = Vec::new();
        for path in files(places)? {
            let failed = |error| InputError::Io {
                path: path.clone(),
                error,
            };
            if known.insert(fs::canonicalize(&path).map_err(failed)?) {
                inputs.push(look(path)?);
            }
        }
        let chains = chains(inputs);
        if chains.len() > MOST_CHAINS {
            return Err(InputError::TooMany {
                chains: chains.len(),
                most: MOST_CHAINS,
            });
        }
        Ok(Inputs {
            chains,
            legacy_node: legacy_node.to_owned(),
        })
    }

    /// One file alone.
    pub(crate) fn only(input: Input, legacy_node: &str) -> Inputs {
        Inputs {
            chains: vec![Chain {
                inputs: vec![input],
            }],
            legacy_node: legacy_node.to_owned(),
        }
    }

    /// The files, chain by chain.
    pub fn files(&self) -> impl Iterator<Item = &Input> {
        self.chains.iter().flat_map(|chain| &chain.inputs)
    }

    /// The length of all files, in bytes.
    pub fn bytes(&self) -> u64 {
        self.files().map(|input| input.bytes).sum()
    }
}

/// The files themselves, and those in folders by name.
fn files(places: &[PathBuf]) -> Result<Vec<PathBuf>, InputError> {
    let mut files = Vec::new();
    for place in places {
        if !place.is_dir() {
            files.push(place.clone());
            continue;
        }
        let failed = |error| InputError::Io {
            path: place.clone(),
            error,
        };
        let mut found = Vec::new();
        for entry in fs::read_dir(place).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_file() && is_archive_name(&path) {
                found.push(path);
            }
        }
        if found.is_empty() {
            return Err(InputError::NoArchives {
                path: place.clone(),
            });
        }
        found.sort();
        files.append(&mut found);
    }
    Ok(files)
}

fn is_archive_name(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    [EXTENSION, "bin", "bin.zst"].iter().any(|extension| {
        name.strip_suffix(extension)
            .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
    })
}

fn look(path: PathBuf) -> Result<Input, InputError> {
    let io_error = |error| InputError::Io {
        path: path.clone(),
        error,
    };
    let mut file = File::open(&path).map_err(io_error)?;
    let bytes = file.metadata().map_err(io_error)?.len();
    let mut beginning = Vec::new();
    (&mut file)
        .take(64)
        .read_to_end(&mut beginning)
        .map_err(io_error)?;
    if is_legacy(&beginning) {
        return Ok(Input {
            format: Format::Legacy,
            header: Header::default(),
            bytes,
            begins_ns: 0,
            path,
        });
    }
    let archive_error = |error: OpenError| InputError::Archive {
        path: path.clone(),
        error,
    };
    let mut reader = ArchiveReader::open(file).map_err(archive_error)?;
    let begins_ns = reader.begins_ns().map_err(io_error)?;
    Ok(Input {
        format: Format::Archive,
        header: reader.header().clone(),
        bytes,
        begins_ns,
        path,
    })
}

/// Which of them follow each other.
fn chains(mut inputs: Vec<Input>) -> Vec<Chain> {
    inputs.sort_by_cached_key(|input| (recording(input), input.header.part, input.path.clone()));
    let mut chains: Vec<Chain> = Vec::new();
    for input in inputs {
        match chains.last_mut() {
            Some(chain) if follows(&chain.inputs, &input) => chain.inputs.push(input),
            _ => chains.push(Chain {
                inputs: vec![input],
            }),
        }
    }
    chains.sort_by_key(|chain| chain.inputs[0].begins_ns);
    chains
}

/// Who recorded it and when that was begun; for the existing system's files the
/// name without the time, so that files of one archiver stand together.
fn recording(input: &Input) -> (u64, u64, String) {
    let header = &input.header;
    match input.format {
        Format::Archive => (header.recorder, header.recording, String::new()),
        Format::Legacy => (0, 0, legacy::base_name(&input.path)),
    }
}

fn follows(chain: &[Input], input: &Input) -> bool {
    let is_of_recorder = |input: &Input| match input.format {
        Format::Archive => input.header.recorder != 0,
        Format::Legacy => true,
    };
    chain.last().is_some_and(|last| {
        last.format == input.format
            && is_of_recorder(input)
            && recording(last) == recording(input)
            // The same part from two places is no part that follows.
            && (input.format == Format::Legacy || last.header.part < input.header.part)
    })
}
