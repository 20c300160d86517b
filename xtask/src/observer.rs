//! The peer-observer binary.

use std::path::PathBuf;

use anyhow::Result;

use crate::{packages, shell};

/// Builds the release binary, and lets it load eBPF programs where we are not root.
pub(crate) fn build() -> Result<PathBuf> {
    let binary = build_without_rights()?;
    if !packages::is_root() {
        let mut setcap = packages::as_root("setcap");
        setcap.arg("cap_bpf,cap_perfmon+ep").arg(&binary);
        shell::run(setcap)?;
    }
    Ok(binary)
}

/// Builds the release binary, for what needs no eBPF programs.
pub(crate) fn build_without_rights() -> Result<PathBuf> {
    packages::ensure(&[packages::BUILD])?;
    shell::run(shell::program(
        "cargo",
        &["build", "--release", "--locked", "-p", "peer-observer"],
    ))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or(shell::root().join("target"), PathBuf::from);
    Ok(target.join("release/peer-observer"))
}
