//! A process of the binary.

use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Killed, with SIGKILL, when this is dropped.
pub(crate) struct Running(Child);

impl Running {
    /// Starts the binary in this directory. What it says goes to a file there.
    pub(crate) fn start(directory: &Path, arguments: &[&str]) -> Running {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(directory.join("output.log"))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_peer-observer"))
            .args(arguments)
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Running(child)
    }

    /// Kills it, so that it can clean up nothing.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Asks it to end and waits until it has.
    pub(crate) fn stop(mut self) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
