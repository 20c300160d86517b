//! Bitcoin Core itself: built once from the source in a package of the Cargo
//! registry, kept in a cache outside the target directory.

mod build;
mod packages;
mod source;
mod version;

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

pub use build::build;
pub use version::Version;

/// The environment variable that names a `bitcoin-node` or `bitcoind` to test
/// against instead of the newest one of [`Version`].
pub const BINARY_VARIABLE: &str = "BITCOIN_NODE";

/// The node to test against: the one that [`BINARY_VARIABLE`] names, else that
/// of the newest version, built if need be (see [`Version::binary`]).
pub fn binary() -> Result<PathBuf> {
    let Some(path) = env::var_os(BINARY_VARIABLE) else {
        return Version::default().binary();
    };
    let path = PathBuf::from(path);
    if !path.is_file() {
        bail!("{BINARY_VARIABLE} is {}, which is no file", path.display());
    }
    Ok(path)
}
