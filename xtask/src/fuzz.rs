//! `cargo xtask fuzz`.

use std::thread::ScopedJoinHandle;

use anyhow::{Context, Result, bail};

use crate::{packages, shell};

/// Runs every fuzz target for so long.
pub(crate) fn run(seconds: u64) -> Result<()> {
    packages::ensure(&[packages::BUILD, &["g++"]])?;
    if !shell::exists("cargo-fuzz") {
        shell::run(shell::program(
            "cargo",
            &["install", "cargo-fuzz", "--locked", "--quiet"],
        ))?;
    }
    shell::run(shell::program(
        "cargo",
        &["fuzz", "build", "--sanitizer", "none"],
    ))?;
    // Each has one thread.
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    for targets in targets()?.chunks(at_once) {
        std::thread::scope(|scope| -> Result<()> {
            let runs: Vec<_> = targets
                .iter()
                .map(|target| scope.spawn(move || run_target(target, seconds)))
                .collect();
            let mut ended = runs.into_iter().map(ScopedJoinHandle::join);
            ended.try_for_each(|run| run.unwrap_or_else(|_| bail!("running a target panicked")))
        })?;
    }
    Ok(())
}

fn run_target(target: &str, seconds: u64) -> Result<()> {
    let time = format!("-max_total_time={seconds}");
    // Without the address sanitizer, which wants a nightly compiler: the code is
    // safe Rust, what is looked for are panics and broken promises.
    let arguments = ["fuzz", "run", "--sanitizer", "none", target];
    let options = ["--", &time, "-max_len=65536"];
    let command = shell::program("cargo", &[&arguments[..], &options].concat());
    shell::run(command).with_context(|| format!("fuzz target {target}"))
}

fn targets() -> Result<Vec<String>> {
    let folder = shell::root().join("fuzz/fuzz_targets");
    let files = std::fs::read_dir(&folder)
        .with_context(|| format!("cannot list the fuzz targets in {}", folder.display()))?;
    let mut names = Vec::new();
    for file in files {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(
                path.file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    Ok(names)
}
