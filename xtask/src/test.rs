//! `cargo xtask test`: everything, or the tests that depend on the node against other versions of it.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use testkit::core::{BINARY_VARIABLE, Version};

use crate::{fuzz, node, packages, shell};

/// The packages whose tests say how we get on with a version of the node: the extractors.
const EXTRACTORS: [&str; 5] = [
    "peer-observer-ebpf",
    "peer-observer-rpc",
    "peer-observer-log",
    "peer-observer-p2p-extractor",
    "peer-observer-process",
];
/// The one for versions with IPC.
const IPC_EXTRACTOR: &str = "peer-observer-ipc-extractor";
/// In the names of the others' tests that need IPC.
const IPC_TESTS: &str = "over_ipc";

/// Of each fuzz target, beside the tests; `cargo xtask fuzz` takes longer.
const FUZZ_SECONDS: u64 = 20;

/// Every test on the default node; unless `quick`, the fuzz targets too.
pub(crate) fn everything(quick: bool) -> Result<()> {
    prepare(&[
        packages::BUILD,
        packages::NODE,
        packages::BROWSER,
        packages::PROMETHEUS,
        packages::PYTHON,
        packages::NATS,
        packages::RIGHTS,
    ])?;
    cargo_test(&["--workspace"], &node::ensure()?)?;
    match quick {
        true => Ok(()),
        false => fuzz::run(FUZZ_SECONDS),
    }
}

/// The extractors' tests, on one version after the other.
pub(crate) fn extractors(versions: &[Version]) -> Result<()> {
    prepare(&[packages::BUILD, packages::NODE])?;
    // All of them first: what cannot be built is known before minutes of tests.
    let nodes = versions
        .iter()
        .map(|version| Ok((version, node::build(*version)?)))
        .collect::<Result<Vec<_>>>()?;
    for (version, binary) in nodes {
        println!("Bitcoin Core {version}:");
        let mut what: Vec<&str> = EXTRACTORS
            .into_iter()
            .flat_map(|package| ["--package", package])
            .collect();
        match version.has_ipc() {
            true => what.extend(["--package", IPC_EXTRACTOR]),
            false => what.extend(["--", "--skip", IPC_TESTS]),
        }
        cargo_test(&what, &binary)
            .with_context(|| format!("the extractors' tests on Bitcoin Core {version}"))?;
    }
    Ok(())
}

fn prepare(packages: &[&[&str]]) -> Result<()> {
    ensure!(
        packages::is_root(),
        "the tests load eBPF programs: run them as root (sudo -E env PATH=$PATH cargo xtask test)"
    );
    packages::ensure(packages)
}

fn cargo_test(what: &[&str], node: &Path) -> Result<()> {
    let mut tests = shell::program("cargo", &["test", "--locked"]);
    tests.args(what).env(BINARY_VARIABLE, node);
    shell::run(tests)
}
