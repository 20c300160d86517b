//! Debian packages that the commands need.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::shell;

/// To build peer-observer.
pub(crate) const BUILD: &[&str] = &[
    "clang",
    "llvm",
    "gcc",
    "make",
    "pkg-config",
    "libelf-dev",
    "zlib1g-dev",
];
/// To build the Bitcoin Core node that tests and demo use.
pub(crate) const NODE: &[&str] = &[
    "g++",
    "cmake",
    "ninja-build",
    "libboost-dev",
    "libevent-dev",
    "systemtap-sdt-dev",
    "capnproto",
    "libcapnp-dev",
];
/// To look at the page in tests.
pub(crate) const BROWSER: &[&str] = &["chromium"];
/// To check the metrics in tests, with its promtool.
pub(crate) const PROMETHEUS: &[&str] = &["prometheus"];
/// To run what comes from PyPI in tests.
pub(crate) const PYTHON: &[&str] = &["python3", "python3-venv"];
/// To put the bus over NATS in tests.
pub(crate) const NATS: &[&str] = &["nats-server", "openssl"];

/// To take rights away and give them back in doctor's tests.
pub(crate) const RIGHTS: &[&str] = &["libcap2-bin", "util-linux", "binutils"];

/// Installs those of the packages that are missing; says which.
pub(crate) fn ensure(packages: &[&[&str]]) -> Result<()> {
    let missing: Vec<&str> = packages
        .concat()
        .into_iter()
        .filter(|package| !is_installed(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !shell::exists("apt-get") {
        bail!(
            "these packages (by their Debian names) are missing: {}",
            missing.join(" ")
        );
    }
    println!("Installing what is missing: {}", missing.join(" "));
    apt_get(&["update", "-q"])?;
    let install = ["install", "-q", "-y", "--no-install-recommends"];
    apt_get(&[&install[..], &missing].concat())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = as_root("apt-get");
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    shell::run(command)
}

/// The program, through sudo where we are not root.
pub(crate) fn as_root(program: &str) -> Command {
    if is_root() {
        return Command::new(program);
    }
    let mut sudo = Command::new("sudo");
    sudo.arg(program);
    sudo
}

/// Are we root?
pub(crate) fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let uids = status
        .lines()
        .find_map(|line| line.strip_prefix("Uid:"))
        .unwrap_or_default();
    // Real, effective, saved, file system.
    uids.split_whitespace().nth(1) == Some("0")
}

fn is_installed(package: &str) -> bool {
    let query = Command::new("dpkg-query")
        .args(["-W", "-f=${Status}", package])
        .stderr(Stdio::null())
        .output();
    query.is_ok_and(|output| output.stdout.starts_with(b"install ok installed"))
}
