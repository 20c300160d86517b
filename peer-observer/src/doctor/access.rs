//! Who may read what: the commands that let us in.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::Access;

use super::report::Fix;
use super::shell;

/// What lets this user reach `path`: group rights on the directories on the
/// way that do not let us through, and membership of their group.
pub(crate) fn reach(path: &Path) -> Vec<Fix> {
    let closed: Vec<&Path> = path
        .ancestors()
        .skip(1)
        .filter(|directory| directory.is_absolute() && !may(directory, Access::EXEC_OK))
        .collect();
    let mut fixes = Vec::new();
    if !closed.is_empty() {
        // From the outside in: what is behind a closed door cannot be seen yet.
        let words: Vec<String> = closed.iter().rev().map(|path| shell::quote(path)).collect();
        fixes.push(Fix::command(format!("sudo chmod g+rx {}", words.join(" "))));
    }
    let place = closed.last().copied().unwrap_or(path);
    fixes.extend(join_group(place));
    fixes
}

/// Membership of the group of `path`, unless we are in it.
pub(crate) fn join_group(path: &Path) -> Option<Fix> {
    let is_member = std::fs::metadata(path).is_ok_and(|about| is_our_group(about.gid()));
    if is_member {
        return None;
    }
    let path = shell::quote(path);
    Some(Fix::command(format!(
        "sudo usermod -aG \"$(sudo stat -c %G {path})\" \"$(id -un)\"   # then log in anew"
    )))
}

/// May this process do this with the file? Capabilities count.
pub(crate) fn may(path: &Path, what: Access) -> bool {
    use rustix::fs::{AtFlags, CWD, accessat};
    accessat(CWD, path, what, AtFlags::EACCESS).is_ok()
}

fn is_our_group(gid: u32) -> bool {
    let groups = rustix::process::getgroups().unwrap_or_default();
    let mut ours = groups.into_iter().map(|group| group.as_raw());
    gid == rustix::process::getegid().as_raw() || ours.any(|group| group == gid)
}
