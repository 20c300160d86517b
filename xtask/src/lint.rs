//! `cargo xtask lint`.

use anyhow::{Result, bail};

use crate::{packages, shell};

pub(crate) fn run() -> Result<()> {
    packages::ensure(&[packages::BUILD])?;
    let cargo = |arguments: &[&str]| shell::run(shell::program("cargo", arguments));
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ])?;
    let mut doc = shell::program(
        "cargo",
        &["doc", "--workspace", "--no-deps", "--locked", "--quiet"],
    );
    doc.env("RUSTDOCFLAGS", "-D warnings");
    shell::run(doc)?;
    page()
}

/// The page's built files are in the repository: they must be what its source gives.
fn page() -> Result<()> {
    if !shell::exists("npm") {
        if std::env::var_os("CI").is_some() {
            bail!("npm is needed to check the page's built files (Node.js 20.19 or newer)");
        }
        println!("npm is not here: the page's built files are not checked");
        return Ok(());
    }
    let npm = |arguments: &[&str]| {
        let mut npm = shell::program("npm", arguments);
        npm.current_dir(shell::root().join("web"));
        shell::run(npm)
    };
    npm(&["ci", "--no-audit", "--no-fund"])?;
    npm(&["run", "check"])?;
    npm(&["test"])?;
    npm(&["run", "build"])?;
    shell::run(shell::program(
        "git",
        &["diff", "--exit-code", "--stat", "--", "web/dist"],
    ))
}
