//! Building Bitcoin Core into the cache.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Version, packages, source};
use crate::cache::beside;

/// How often progress is reported.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(5);

/// When the build fails, this many of its last lines are shown.
const SHOWN_LINES: usize = 60;

/// Builds the programs of `version` into its cache directory, unless they are
/// there. Processes that do this at the same time wait for the first one. An
/// interrupted build goes on where it was.
///
/// `progress` gets whole lines, such as `[120/337] Building ...`.
pub fn build(version: Version, progress: &mut dyn FnMut(&str)) -> Result<()> {
    let finished = version.cache_directory()?;
    let cache = finished
        .parent()
        .context("the cache directory has no parent")?;
    fs::create_dir_all(cache).with_context(|| format!("creating {}", cache.display()))?;
    let lock = File::create(beside(&finished, "lock"))
        .with_context(|| format!("creating a lock file in {}", cache.display()))?;
    if lock.try_lock().is_err() {
        progress(&format!(
            "waiting for another process that builds Bitcoin Core {version}"
        ));
        lock.lock().context("waiting for another build")?;
    }
    let programs = version.programs();
    if programs
        .iter()
        .all(|program| finished.join(program).is_file())
    {
        return Ok(());
    }
    packages::check(version)?;
    let source = source::fetch(&version.sources())?;
    let started = Instant::now();
    progress(&format!(
        "building Bitcoin Core {version} into {}",
        finished.display()
    ));
    let directory = beside(&finished, "build");
    let mut configure = Command::new("cmake");
    configure
        .arg("-S")
        .arg(&source)
        .arg("-B")
        .arg(&directory)
        .args(version.cmake_flags());
    if let Some(headers) = version.missing_headers() {
        // The quotes are for the shell that ninja gives the compiler's command to.
        configure.arg(format!("-DAPPEND_CPPFLAGS=-I'{}'", headers.display()));
    }
    run(&mut configure, &mut |_| {})?;
    let mut reported = Instant::now();
    run(
        Command::new("ninja")
            .arg("-C")
            .arg(&directory)
            .args(programs),
        &mut |line| {
            if line.starts_with('[') && reported.elapsed() >= PROGRESS_INTERVAL {
                reported = Instant::now();
                progress(line);
            }
        },
    )?;
    install(&directory, &finished, programs)?;
    progress(&format!(
        "built Bitcoin Core {version} in {} s",
        started.elapsed().as_secs()
    ));
    Ok(())
}

/// Moves the programs to their place all at once, so that nobody ever sees
/// some of them or a part of one.
fn install(build: &Path, finished: &Path, programs: &[&str]) -> Result<()> {
    let complete = beside(finished, "complete");
    remove(&complete)?;
    fs::create_dir(&complete).with_context(|| format!("creating {}", complete.display()))?;
    for program in programs {
        let built = build.join("bin").join(program);
        fs::copy(&built, complete.join(program))
            .with_context(|| format!("copying {}", built.display()))?;
    }
    remove(finished)?;
    fs::rename(&complete, finished)
        .with_context(|| format!("renaming {} to {}", complete.display(), finished.display()))?;
    remove(build)
}

fn remove(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)
            .with_context(|| format!("removing {}", directory.display()))?;
    }
    Ok(())
}

/// Runs a command, shows each line that it prints to `watch`, and tells its
/// last lines if it fails.
fn run(command: &mut Command, watch: &mut dyn FnMut(&str)) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let (reader, writer) = std::io::pipe().context("creating a pipe")?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer.try_clone().context("duplicating a pipe")?)
        .stderr(writer)
        .spawn()
        .with_context(|| format!("starting {name}"))?;
    // The command object holds the writing ends: the pipe ends when it lets go.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut last = VecDeque::new();
    for line in BufReader::new(reader).lines() {
        let line = line.with_context(|| format!("reading what {name} prints"))?;
        watch(&line);
        last.push_back(line);
        if last.len() > SHOWN_LINES {
            last.pop_front();
        }
    }
    let status = child
        .wait()
        .with_context(|| format!("waiting for {name}"))?;
    if !status.success() {
        let lines = Vec::from(last).join("\n");
        bail!("building Bitcoin Core: {name} failed ({status}):\n{lines}");
    }
    Ok(())
}
