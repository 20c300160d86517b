//! `cargo xtask node`: the real Bitcoin Core that tests and demo use.

use anyhow::Result;

use crate::packages;

pub(crate) fn run() -> Result<()> {
    let binary = ensure()?;
    println!("{}", binary.display());
    Ok(())
}

/// The node's binary, built when it is not there yet.
pub(crate) fn ensure() -> Result<std::path::PathBuf> {
    if std::env::var_os("BITCOIN_NODE").is_none() {
        packages::ensure(&[packages::NODE])?;
    }
    testkit::core::binary()
}
