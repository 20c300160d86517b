//! Tells the program which commit it was built from.

use std::fs;
use std::path::{Path, PathBuf};

/// As many digits of the commit as `--version` shows.
const COMMIT_DIGITS: usize = 12;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let version = env!("CARGO_PKG_VERSION");
    // A source tarball has no repository: then the version has to be enough.
    let full = match commit(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        Some(commit) => format!("{version} ({commit})"),
        None => version.to_owned(),
    };
    println!("cargo::rustc-env=PEER_OBSERVER_VERSION={full}");
}

/// The commit that is checked out in the workspace's own repository.
fn commit(package: &Path) -> Option<String> {
    let git = git_directory(&package.parent()?.join(".git"))?;
    let head = read_and_watch(&git.join("HEAD"))?;
    let Some(reference) = head.strip_prefix("ref: ") else {
        return shortened(&head);
    };
    // In a worktree the branches are in the main repository's directory.
    let common = match fs::read_to_string(git.join("commondir")) {
        Ok(path) => git.join(path.trim()),
        Err(_) => git,
    };
    let loose = common.join(reference);
    if let Some(commit) = read_and_watch(&loose) {
        return shortened(&commit);
    }
    // It appears there with the next commit.
    watch(loose.parent()?);
    let packed = read_and_watch(&common.join("packed-refs"))?;
    let line = packed
        .lines()
        .find(|line| line.ends_with(&format!(" {reference}")))?;
    shortened(line)
}

/// `.git` itself, or where it points in a worktree or submodule.
fn git_directory(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let text = fs::read_to_string(git).ok()?;
    let path = text.strip_prefix("gitdir: ")?.trim();
    Some(git.parent()?.join(path))
}

fn read_and_watch(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    watch(path);
    Some(text.trim().to_owned())
}

/// Only what exists: cargo would run this each time for what does not.
fn watch(path: &Path) {
    if path.exists() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

fn shortened(text: &str) -> Option<String> {
    let commit = text.get(..COMMIT_DIGITS)?;
    let is_commit = commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit.then(|| commit.to_owned())
}
