//! The versions of Bitcoin Core that can be built.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Result, bail};

use super::{build, source};
use crate::cache;

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

/// The packages of the older versions leave the source of IPC out. Stands
/// behind [`CMAKE_FLAGS`]: of two values for an option, cmake takes the last.
const WITHOUT_IPC: [&str; 1] = ["-DENABLE_IPC=OFF"];

/// A version of Bitcoin Core that can be built: each is a snapshot of the
/// development branch, whose minor version is 99.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 29.99, from after 29.0 and before 30.0.
    Core29,
    /// 30.99, from after 30.0 and before 31.0.
    Core30,
    /// 31.99, from after 31.0.
    #[default]
    Core31,
}

impl Version {
    /// All of them, the oldest first.
    pub const ALL: [Version; 3] = [Version::Core29, Version::Core30, Version::Core31];

    /// The major version: `31` for 31.99.
    pub fn major(self) -> u32 {
        match self {
            Version::Core29 => 29,
            Version::Core30 => 30,
            Version::Core31 => 31,
        }
    }

    /// The directory in `testkit/sources` that pins the source.
    pub(super) fn sources(self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("sources")
            .join(format!("core-{}", self.major()))
    }

    fn lock_file(self) -> &'static str {
        match self {
            Version::Core29 => include_str!("../../sources/core-29/Cargo.lock"),
            Version::Core30 => include_str!("../../sources/core-30/Cargo.lock"),
            Version::Core31 => include_str!("../../sources/core-31/Cargo.lock"),
        }
    }

    /// Does its package carry the source of IPC? That makes the `bitcoin-node`.
    pub fn has_ipc(self) -> bool {
        self == Version::Core31
    }

    /// The programs that are built and kept; the first is the node.
    pub(super) fn programs(self) -> &'static [&'static str] {
        match self.has_ipc() {
            true => &["bitcoin-node", "bitcoind", "bitcoin-cli"],
            false => &["bitcoind", "bitcoin-cli"],
        }
    }

    /// What its cmake is told, but for paths of this machine.
    pub(super) fn cmake_flags(self) -> Vec<&'static str> {
        match self.has_ipc() {
            true => CMAKE_FLAGS.to_vec(),
            false => [&CMAKE_FLAGS[..], &WITHOUT_IPC].concat(),
        }
    }

    /// A directory with headers that the package lacks.
    pub(super) fn missing_headers(self) -> Option<PathBuf> {
        (self == Version::Core30).then(|| self.sources().join("include"))
    }

    /// Where this version's programs are kept.
    ///
    /// # Errors
    /// When neither `XDG_CACHE_HOME` nor `HOME` is set.
    pub fn cache_directory(self) -> Result<PathBuf> {
        let crate_version = source::pinned_version(self.lock_file())?;
        let flags = cache::fnv1a(&self.cmake_flags().join(" "));
        Ok(cache::directory()?.join(format!("core-{crate_version}-{flags:016x}")))
    }

    /// The directory with its source, the one with `CMakeLists.txt`; fetched if it is
    /// not here yet.
    pub fn source(self) -> Result<PathBuf> {
        source::fetch(&self.sources())
    }

    /// Its node: `bitcoin-node`, or `bitcoind` where that does not exist. It
    /// is built first if it is not in the cache, with its progress on standard
    /// error; that takes some minutes.
    pub fn binary(self) -> Result<PathBuf> {
        let program = self.cache_directory()?.join(self.programs()[0]);
        if !program.is_file() {
            build(self, &mut |line| eprintln!("{line}"))?;
        }
        Ok(program)
    }
}

/// `29.99`, as the node says it.
impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.99", self.major())
    }
}

/// From the major version: `29`, `30` or `31`.
impl FromStr for Version {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Version> {
        match Version::ALL
            .into_iter()
            .find(|version| version.major().to_string() == text)
        {
            Some(version) => Ok(version),
            None => bail!("there is no Bitcoin Core {text} to build: say 29, 30 or 31"),
        }
    }
}
