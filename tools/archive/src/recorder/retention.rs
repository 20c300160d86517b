//! Deletes what is too old or too much, and nothing that others wrote.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use tracing::{info, warn};

use super::folder::Folder;
use super::own_files::own_files;
use super::settings::Retention;

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
