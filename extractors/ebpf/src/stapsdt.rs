//! The tracepoints that a binary has: its `.note.stapsdt` section.

use std::path::{Path, PathBuf};

use object::{Object, ObjectSection};

use crate::tracepoint::Tracepoint;

/// A tracepoint as the binary describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) provider: String,
    pub(crate) name: String,
    pub(crate) argument_count: usize,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum NotesError {
    #[error("cannot read the node's binary {path}: {source}")]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{path} is no ELF binary: {source}")]
    Parse {
        path: PathBuf,
        source: object::Error,
    },
}

/// Lists the tracepoints of the binary at `path`; empty where it was built without.
pub(crate) fn read(path: &Path) -> Result<Vec<Note>, NotesError> {
    let parse_error = |source| NotesError::Parse {
        path: path.to_owned(),
        source,
    };
    let binary = std::fs::read(path).map_err(|source| NotesError::Read {
        path: path.to_owned(),
        source,
    })?;
    let file = object::File::parse(&*binary).map_err(parse_error)?;
    let Some(section) = file.section_by_name(".note.stapsdt") else {
        return Ok(Vec::new());
    };
    Ok(parse(section.data().map_err(parse_error)?))
}

/// Is the tracepoint there, with at least the arguments that we know?
pub(crate) fn has(notes: &[Note], tracepoint: Tracepoint) -> bool {
    let (provider, name) = tracepoint.provider_and_name();
    notes.iter().any(|note| {
        note.provider == provider
            && note.name == name
            && note.argument_count >= tracepoint.argument_count()
    })
}

/// Parses the section: notes of owner `stapsdt` whose description is three
/// addresses and three texts (provider, name, arguments). Stops at what does
/// not fit.
fn parse(mut data: &[u8]) -> Vec<Note> {
    let mut notes = Vec::new();
    while let Some((note, rest)) = split_note(data) {
        notes.extend(note);
        data = rest;
    }
    notes
}

fn split_note(data: &[u8]) -> Option<(Option<Note>, &[u8])> {
    let number = |at: usize| {
        let bytes = data.get(at..at + 4)?;
        Some(u32::from_ne_bytes(bytes.try_into().ok()?) as usize)
    };
    let (owner_size, description_size) = (number(0)?, number(4)?);
    let owner_end = 12usize.checked_add(owner_size)?;
    let start = owner_end.checked_next_multiple_of(4)?;
    let end = start.checked_add(description_size)?;
    let description = data.get(start..end)?;
    let rest = data
        .get(end.checked_next_multiple_of(4)?..)
        .unwrap_or_default();
    let is_ours = data.get(12..owner_end)? == b"stapsdt\0";
    Some((is_ours.then(|| describe(description)).flatten(), rest))
}

fn describe(description: &[u8]) -> Option<Note> {
    let mut texts = description.get(24..)?.split(|byte| *byte == 0);
    let mut text = || Some(String::from_utf8_lossy(texts.next()?).into_owned());
    let (provider, name, arguments) = (text()?, text()?, text()?);
    // Arguments are separated by spaces; x86's operands contain none.
    Some(Note {
        provider,
        name,
        argument_count: arguments.split_whitespace().count(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(provider: &str, name: &str, arguments: &str) -> Vec<u8> {
        let mut description = vec![0; 24];
        for text in [provider, name, arguments] {
            description.extend(text.as_bytes());
            description.push(0);
        }
        let mut note = Vec::new();
        note.extend(8u32.to_ne_bytes());
        note.extend((description.len() as u32).to_ne_bytes());
        note.extend(3u32.to_ne_bytes());
        note.extend(b"stapsdt\0");
        note.extend(&description);
        note.resize(note.len().next_multiple_of(4), 0);
        note
    }

    #[test]
    fn lists_the_tracepoints_of_a_section() {
        let mut section = note("net", "inbound_message", "8@%rax 8@-8(%rbp) -4@$5");
        section.extend(note("mempool", "added", "8@%rdi"));
        let found = parse(&section);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].provider.as_str(), found[0].argument_count),
            ("net", 3)
        );
        assert_eq!(found[1].name, "added");
    }

    #[test]
    fn a_broken_section_ends_the_list() {
        let section = note("net", "inbound_message", "8@%rax");
        for length in 0..section.len() {
            assert!(parse(&section[..length]).len() <= 1);
        }
        assert!(parse(&[0xff; 64]).is_empty());
    }
}
