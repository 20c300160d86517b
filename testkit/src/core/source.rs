//! The source of Bitcoin Core, from the Cargo registry.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The package that carries the source.
const PACKAGE: &str = "libbitcoinkernel-sys";

/// The part of `cargo metadata` that we read.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
}

/// The version of the package in a `Cargo.lock`.
pub(super) fn pinned_version(lock_file: &str) -> Result<&str> {
    let entry = format!("name = \"{PACKAGE}\"\nversion = \"");
    let (_, behind) = lock_file
        .split_once(&entry)
        .with_context(|| format!("the Cargo.lock of the sources does not pin {PACKAGE}"))?;
    behind
        .split('"')
        .next()
        .context("the Cargo.lock of the sources is cut")
}

/// The directory with Core's `CMakeLists.txt`, fetched if it is not here yet.
/// `pins` is the directory with the manifest and the lock file; that one's
/// checksum says that it is the source that we mean.
pub(super) fn fetch(pins: &Path) -> Result<PathBuf> {
    let manifest = pins.join("Cargo.toml");
    cargo(&["fetch", "--locked"], &manifest)?;
    let metadata = cargo(
        &["metadata", "--locked", "--offline", "--format-version=1"],
        &manifest,
    )?;
    let metadata: Metadata =
        serde_json::from_slice(&metadata).context("reading what `cargo metadata` says")?;
    let package = metadata
        .packages
        .into_iter()
        .find(|package| package.name == PACKAGE)
        .with_context(|| format!("{} does not depend on {PACKAGE}", manifest.display()))?;
    let source = package.manifest_path.with_file_name("bitcoin");
    if !source.join("CMakeLists.txt").is_file() {
        bail!(
            "{} does not contain Bitcoin Core's source",
            source.display()
        );
    }
    Ok(source)
}

fn cargo(arguments: &[&str], manifest: &Path) -> Result<Vec<u8>> {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args(arguments)
        .arg("--manifest-path")
        .arg(manifest)
        .output()
        .context("running cargo")?;
    if !output.status.success() {
        bail!(
            "cargo {} failed: {}",
            arguments[0],
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(output.stdout)
}
