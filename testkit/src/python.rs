//! Python with packages from PyPI, for tests against what people use there.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cache::{self, beside};

/// A Python that has these packages, such as `duckdb==2.0.0`, in an environment
/// of its own. It is made once and kept in the cache; processes that want the
/// same at the same time wait for the first one.
///
/// # Errors
/// When `python3` or its `venv` is missing, or PyPI has not the packages.
pub fn with(packages: &[&str]) -> Result<PathBuf> {
    let base = "import sys; print(sys.version, sys.base_prefix)";
    let python = run(Command::new("python3").args(["-c", base]))?;
    let hash = cache::fnv1a(&format!("{python} {}", packages.join(" ")));
    let cache = cache::directory()?;
    let finished = cache.join(format!("python-{hash:016x}"));
    let program = finished.join("bin/python");
    if program.is_file() {
        return Ok(program);
    }
    fs::create_dir_all(&cache).with_context(|| format!("creating {}", cache.display()))?;
    let lock = File::create(beside(&finished, "lock"))
        .with_context(|| format!("creating a lock file in {}", cache.display()))?;
    lock.lock().context("waiting for another process")?;
    if !program.is_file() {
        make(&finished, packages)?;
    }
    Ok(program)
}

/// Moves the environment to its place only when it is complete.
fn make(finished: &Path, packages: &[&str]) -> Result<()> {
    let incomplete = beside(finished, "incomplete");
    let venv = ["-m", "venv", "--clear"];
    run(Command::new("python3").args(venv).arg(&incomplete))
        .context("making a Python environment (Debian's package python3-venv)")?;
    let install = ["-m", "pip", "install", "--quiet", "--no-input"];
    let no_build = ["--disable-pip-version-check", "--only-binary", ":all:"];
    run(Command::new(incomplete.join("bin/python"))
        .args(install)
        .args(no_build)
        .args(packages))
    .with_context(|| format!("installing {} from PyPI", packages.join(" ")))?;
    fs::rename(&incomplete, finished).with_context(|| {
        format!(
            "renaming {} to {}",
            incomplete.display(),
            finished.display()
        )
    })
}

/// What the command prints.
fn run(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("starting {name}"))?;
    if !output.status.success() {
        bail!(
            "{name} failed ({}):\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
