//! Bitcoin Core itself: built once from the source in a package of the Cargo
//! registry, kept in a cache outside the target directory.

mod build;
mod packages;
mod source;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

pub use build::build;

/// The environment variable that names a `bitcoin-node` or `bitcoind` to test
/// against instead of the one in the cache.
pub const BINARY_VARIABLE: &str = "BITCOIN_NODE";

/// What every version is built with: tracepoints and IPC on; wallet, GUI and
/// tests off.
const CMAKE_FLAGS: [&str; 15] = [
    "-GNinja",
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_TESTS=OFF",
    "-DBUILD_BENCH=OFF",
    "-DBUILD_TX=OFF",
    "-DBUILD_UTIL=OFF",
    "-DBUILD_DAEMON=ON",
    "-DBUILD_WALLET_TOOL=OFF",
    "-DENABLE_IPC=ON",
    "-DENABLE_WALLET=OFF",
    "-DENABLE_EXTERNAL_SIGNER=OFF",
    "-DWITH_ZMQ=OFF",
    "-DWITH_USDT=ON",
    "-DWITH_EMBEDDED_ASMAP=OFF",
    "-DINSTALL_MAN=OFF",
];

/// The programs that are built and kept.
const PROGRAMS: [&str; 3] = ["bitcoin-node", "bitcoind", "bitcoin-cli"];

/// A version of Bitcoin Core that can be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// A snapshot of the development branch after 31.0.
    Core31,
}

impl Version {
    /// The directory in `testkit/sources` that pins the source.
    fn name(self) -> &'static str {
        match self {
            Version::Core31 => "core-31",
        }
    }

    fn lock_file(self) -> &'static str {
        match self {
            Version::Core31 => include_str!("../../sources/core-31/Cargo.lock"),
        }
    }

    /// Where this version's programs are kept.
    ///
    /// # Errors
    /// When neither `XDG_CACHE_HOME` nor `HOME` is set.
    pub fn cache_directory(self) -> Result<PathBuf> {
        let cache = env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
            .context("set HOME or XDG_CACHE_HOME: Bitcoin Core is built there")?;
        let crate_version = source::pinned_version(self.lock_file())?;
        let flags = fnv1a(&CMAKE_FLAGS.join(" "));
        Ok(cache
            .join("peer-observer-test")
            .join(format!("core-{crate_version}-{flags:016x}")))
    }
}

/// The `bitcoin-node` to test against: the one that [`BINARY_VARIABLE`] names,
/// else the one in the cache. It is built first if it is not there, with its
/// progress on standard error; that takes some minutes.
pub fn binary() -> Result<PathBuf> {
    if let Some(path) = env::var_os(BINARY_VARIABLE) {
        let path = PathBuf::from(path);
        if !path.is_file() {
            bail!("{BINARY_VARIABLE} is {}, which is no file", path.display());
        }
        return Ok(path);
    }
    let version = Version::Core31;
    let program = version.cache_directory()?.join(PROGRAMS[0]);
    if !program.is_file() {
        build(version, &mut |line| eprintln!("{line}"))?;
    }
    Ok(program)
}

/// The 64-bit FNV-1a hash: small, and the same with every compiler.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
