//! `/proc/PID/cgroup` and `/proc/self/mountinfo`: where a process's cgroup is.

use std::path::{Component, Path, PathBuf};

/// Where the tree of version 2 is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// The cgroup that is seen at the mount point; `/` is the root.
    root: PathBuf,
    point: PathBuf,
}

impl Mount {
    /// The directory of a cgroup; `None` for the root, which is the whole
    /// machine, and for one that is not below this mount.
    pub(crate) fn directory(&self, cgroup: &Path) -> Option<PathBuf> {
        let is_plain = |component| matches!(component, Component::RootDir | Component::Normal(_));
        if cgroup == Path::new("/") || !cgroup.components().all(is_plain) {
            return None;
        }
        Some(self.point.join(cgroup.strip_prefix(&self.root).ok()?))
    }
}

/// The process's cgroup in the tree of version 2: the line `0::/path`.
pub(crate) fn path_in_cgroup2(text: &str) -> Option<&Path> {
    let path = text.lines().find_map(|line| line.strip_prefix("0::"))?;
    path.starts_with('/').then(|| Path::new(path))
}

/// Finds the mount of cgroup version 2 in a mountinfo file (proc(5)):
/// `41 31 0:38 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw`.
pub(crate) fn cgroup2_mount(text: &str) -> Option<Mount> {
    text.lines().find_map(|line| {
        let (mount, file_system) = line.split_once(" - ")?;
        if file_system.split(' ').next()? != "cgroup2" {
            return None;
        }
        let mut fields = mount.split(' ').skip(3);
        Some(Mount {
            root: fields.next()?.into(),
            point: fields.next()?.into(),
        })
    })
}
