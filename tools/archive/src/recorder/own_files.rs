//! The files that a folder's recorder has written.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use peer_observer_archive::ArchiveReader;

use super::file_name::{EXTENSION, file_name};
use super::folder::Folder;

/// A file that this folder's recorder has written.
pub(crate) struct OwnFile {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) written: SystemTime,
}

/// The recorder's files, the oldest first.
pub(crate) fn own_files(folder: &Folder) -> io::Result<Vec<OwnFile>> {
    let mut own = Vec::new();
    for entry in fs::read_dir(folder.path())? {
        let path = entry?.path();
        let metadata = fs::symlink_metadata(&path)?;
        if !metadata.is_file() || !is_own(&path, folder.recorder()) {
            continue;
        }
        own.push(OwnFile {
            bytes: metadata.len(),
            written: metadata.modified()?,
            path,
        });
    }
    own.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(own)
}

/// Has this recorder written the file, and has nobody given it another name?
/// A copy that somebody wants to keep has one.
fn is_own(path: &Path, recorder: u64) -> bool {
    if path.extension() != Some(OsStr::new(EXTENSION)) {
        return false;
    }
    let Ok(reader) = File::open(path)
        .map_err(Into::into)
        .and_then(ArchiveReader::open)
    else {
        return false;
    };
    let header = reader.header();
    let name = file_name(header.recording, header.part);
    header.recorder == recorder && path.file_name() == Some(OsStr::new(&name))
}
