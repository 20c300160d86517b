//! Deletes what is too old or too much, and nothing that others wrote.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use peer_observer_archive::ArchiveReader;
use tracing::{info, warn};

use super::file_name::{EXTENSION, file_name};
use super::folder::Folder;
use super::settings::Retention;

/// A file that this folder's recorder has written.
struct Own {
    path: PathBuf,
    bytes: u64,
    written: SystemTime,
}

/// Deletes the recorder's oldest files as far as `retention` wants it, but never
/// `current`. What cannot be deleted is told in the log.
pub(crate) fn delete_old(folder: &Folder, retention: Retention, current: Option<&Path>) {
    if retention == Retention::default() {
        return;
    }
    let own = match own_files(folder) {
        Ok(own) => own,
        Err(error) => {
            let shown = folder.path().display();
            warn!("cannot look for old archives in {shown}: {error}");
            return;
        }
    };
    let now = SystemTime::now();
    let mut bytes: u64 = own.iter().map(|file| file.bytes).sum();
    for file in own.iter().filter(|file| current != Some(&file.path)) {
        let age = now.duration_since(file.written).unwrap_or_default();
        let is_old = retention.age.is_some_and(|most| age > most);
        let is_too_much = retention.bytes.is_some_and(|most| bytes > most);
        if !is_old && !is_too_much {
            continue;
        }
        let shown = file.path.display();
        match fs::remove_file(&file.path) {
            Ok(()) => {
                bytes -= file.bytes;
                let why = if is_old {
                    "too old"
                } else {
                    "archives are too large"
                };
                info!("deleted {shown}, {} bytes: {why}", file.bytes);
            }
            Err(error) => warn!("cannot delete {shown}: {error}"),
        }
    }
}

/// The recorder's files, the oldest first.
fn own_files(folder: &Folder) -> io::Result<Vec<Own>> {
    let mut own = Vec::new();
    for entry in fs::read_dir(folder.path())? {
        let path = entry?.path();
        let metadata = fs::symlink_metadata(&path)?;
        if !metadata.is_file() || !is_own(&path, folder.recorder()) {
            continue;
        }
        own.push(Own {
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
