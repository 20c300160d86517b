//! `cargo xtask fuzz`.

use anyhow::{Context, Result};

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
    for target in targets()? {
        let time = format!("-max_total_time={seconds}");
        // Without the address sanitizer, which wants a nightly compiler: the
        // code is safe Rust, what is looked for are panics and broken promises.
        let arguments = [
            "fuzz",
            "run",
            "--sanitizer",
            "none",
            &target,
            "--",
            &time,
            "-max_len=65536",
        ];
        shell::run(shell::program("cargo", &arguments))?;
    }
    Ok(())
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
