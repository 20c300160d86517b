//! What a machine needs before Bitcoin Core can be built on it.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::Version;

/// Something that the build needs, and Debian's name for the package with it.
enum Need {
    Program(&'static str),
    Header(&'static str),
}

/// For every version.
const ALWAYS: [(Need, &str); 5] = [
    (Need::Program("cmake"), "cmake"),
    (Need::Program("ninja"), "ninja-build"),
    (Need::Program("c++"), "g++"),
    (Need::Header("boost/version.hpp"), "libboost-dev"),
    (Need::Header("sys/sdt.h"), "systemtap-sdt-dev"),
];
/// For a version with IPC.
const IPC: [(Need, &str); 2] = [
    (Need::Program("capnp"), "capnproto"),
    (Need::Header("capnp/capability.h"), "libcapnp-dev"),
];
/// For a version before 31: the HTTP server of 31 needs no library.
const HTTP: [(Need, &str); 1] = [(Need::Header("event2/event.h"), "libevent-dev")];

/// Fails with the command that installs what is missing.
pub(super) fn check(version: Version) -> Result<()> {
    let more: &[(Need, &str)] = match version {
        Version::Core29 | Version::Core30 => &HTTP,
        Version::Core31 => &IPC,
    };
    let missing: Vec<&str> = ALWAYS
        .iter()
        .chain(more)
        .filter(|(need, _)| !need.is_there())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    bail!(
        "Bitcoin Core {version} cannot be built here: {packages} missing. On Debian and Ubuntu:\n    \
         sudo apt-get install --yes {packages}\nor set {} to a bitcoin-node with tracepoints",
        super::BINARY_VARIABLE
    );
}

impl Need {
    fn is_there(&self) -> bool {
        match self {
            Need::Program(name) => Command::new(name)
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok(),
            Need::Header(path) => compiler_finds(path).unwrap_or(false),
        }
    }
}

/// Only the compiler knows all the places where a header can be.
fn compiler_finds(header: &str) -> std::io::Result<bool> {
    let mut compiler = Command::new("c++")
        .args(["-E", "-x", "c++", "-std=c++20", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut stdin) = compiler.stdin.take() {
        writeln!(
            stdin,
            "#if !__has_include(<{header}>)\n#error missing\n#endif"
        )?;
    }
    Ok(compiler.wait()?.success())
}
