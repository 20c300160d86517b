//! A file system with little room.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// In memory; needs root. Unmounted when dropped.
pub(crate) struct SmallDisk(TempDir);

impl SmallDisk {
    /// Of this size, in the words of tmpfs: `2m`.
    pub(crate) fn mount(size: &str) -> SmallDisk {
        let disk = SmallDisk(tempfile::tempdir().unwrap());
        disk.run(
            "mount",
            &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"],
        );
        disk
    }

    /// Gives it another size.
    pub(crate) fn resize(&self, size: &str) {
        self.run("mount", &["-o", &format!("remount,size={size}")]);
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let status = Command::new(program)
            .args(arguments)
            .arg(self.path())
            .status();
        assert!(status.unwrap().success(), "{program} {arguments:?}");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Its user may be on its way out: gone from here at once, freed later.
        let path = self.path().to_owned();
        Command::new("umount").arg("-l").arg(path).status().ok();
    }
}
