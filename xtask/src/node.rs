//! `cargo xtask node`: the real Bitcoin Core that tests and demo use.

use std::path::PathBuf;

use anyhow::Result;
use testkit::core::{BINARY_VARIABLE, Version};

use crate::packages;

pub(crate) fn run(version: Option<Version>) -> Result<()> {
    let binary = match version {
        Some(version) => build(version)?,
        None => ensure()?,
    };
    println!("{}", binary.display());
    Ok(())
}

/// The node that is tested against by default, built when it is not there yet.
pub(crate) fn ensure() -> Result<PathBuf> {
    match std::env::var_os(BINARY_VARIABLE) {
        Some(_) => testkit::core::binary(),
        None => build(Version::default()),
    }
}

/// The node of this version, built when it is not there yet.
pub(crate) fn build(version: Version) -> Result<PathBuf> {
    packages::ensure(&[packages::NODE])?;
    version.binary()
}
