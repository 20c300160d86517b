//! Where the things that tests need, and that take long to make, are kept.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder that they are in, which nobody may have made yet.
///
/// # Errors
/// When neither `XDG_CACHE_HOME` nor `HOME` is set.
pub(crate) fn directory() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .context("set HOME or XDG_CACHE_HOME: what tests need is kept there")?;
    Ok(cache.join("peer-observer-test"))
}

/// The 64-bit FNV-1a hash: small, and the same with every compiler.
pub(crate) fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// `core-0.4.1-…` and `lock` make `core-0.4.1-….lock`. Not what
/// [`Path::with_extension`] does: the version has dots too.
pub(crate) fn beside(finished: &Path, suffix: &str) -> PathBuf {
    let mut name = finished.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}
