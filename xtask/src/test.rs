//! `cargo xtask test`: everything.

use anyhow::{Result, ensure};

use crate::{fuzz, node, packages, shell};

pub(crate) fn run(quick: bool) -> Result<()> {
    ensure!(
        packages::is_root(),
        "the tests load eBPF programs: run them as root (sudo -E env PATH=$PATH cargo xtask test)"
    );
    packages::ensure(&[packages::BUILD, packages::NODE, packages::BROWSER])?;
    let binary = node::ensure()?;
    let mut tests = shell::program("cargo", &["test", "--workspace", "--locked"]);
    tests.env("BITCOIN_NODE", binary);
    shell::run(tests)?;
    match quick {
        true => Ok(()),
        false => fuzz::run(60),
    }
}
