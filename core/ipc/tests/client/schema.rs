//! The code in `src/schema` is that of the definitions in `schema`.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

/// Where the program `capnp` is not installed there is nothing to compare:
/// only who changes the definitions needs it.
#[test]
fn the_code_is_made_from_the_definitions() -> Result<()> {
    let Ok(version) = Command::new("capnp").arg("--version").output() else {
        eprintln!("not compared: the program capnp is not here");
        return Ok(());
    };
    let made = tempfile::tempdir()?;
    let status = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--package",
            env!("CARGO_PKG_NAME"),
            "--example",
            "schema",
            "--",
        ])
        .arg(made.path())
        .status()?;
    ensure!(status.success(), "the example schema fails");
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema");
    // The first lines name the versions of the tools.
    let code = |path: &Path| -> Result<String> {
        let text = std::fs::read_to_string(path)?;
        let lines = text.lines().filter(|line| !line.starts_with("//"));
        Ok(lines.collect::<Vec<_>>().join("\n"))
    };
    let mut compared = 0;
    for entry in std::fs::read_dir(made.path())? {
        let entry = entry?;
        let name = entry.file_name();
        ensure!(
            code(&entry.path())? == code(&committed.join(&name))?,
            "src/schema/{} is not what `cargo run -p {} --example schema` makes with {}",
            name.display(),
            env!("CARGO_PKG_NAME"),
            String::from_utf8_lossy(&version.stdout)
        );
        compared += 1;
    }
    ensure!(compared == 6, "{compared} files were made");
    Ok(())
}
