//! `cargo xtask demo --archive`: the recorded demo on the page, without a node.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::PORT;
use crate::{observer, shell};

/// Recorded by `cargo xtask record-demo`.
const ARCHIVE: &str = "demo/demo.poar";
/// Two hours in six minutes.
const SPEED: &str = "20";

/// Plays until Ctrl-C.
pub(crate) fn play() -> Result<()> {
    let binary = observer::build_without_rights()?;
    let archive = shell::root().join(ARCHIVE);
    ensure!(
        archive.is_file(),
        "{ARCHIVE} is missing: `cargo xtask record-demo` records it"
    );
    let folder = tempfile::tempdir().context("cannot make a temporary directory")?;
    let config = folder.path().join("demo.toml");
    std::fs::write(&config, format!("[http]\nlisten = \"127.0.0.1:{PORT}\"\n"))?;
    println!(
        "Three nodes, two hours, {SPEED} times as fast as they were:\n\n  The page:    http://127.0.0.1:{PORT}/\n  Prometheus:  http://127.0.0.1:{PORT}/metrics\n\nCtrl-C ends the demo."
    );
    shell::run(command(&binary, &config, &archive))
}

fn command(binary: &Path, config: &Path, archive: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(binary);
    command
        .args([
            "archive", "replay", "--tool", "web", "--speed", SPEED, "--config",
        ])
        .arg(config)
        .arg(archive);
    command
}
