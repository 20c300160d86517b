//! The peer-observer binary, built and started on a node.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::process::Process;
use crate::{http, packages, shell};

/// Builds the release binary, and lets it load eBPF programs where we are not root.
pub(crate) fn build() -> Result<PathBuf> {
    packages::ensure(&[packages::BUILD])?;
    shell::run(shell::program(
        "cargo",
        &["build", "--release", "--locked", "-p", "peer-observer"],
    ))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or(shell::root().join("target"), PathBuf::from);
    let binary = target.join("release/peer-observer");
    if !packages::is_root() {
        let mut setcap = packages::as_root("setcap");
        setcap.arg("cap_bpf,cap_perfmon+ep").arg(&binary);
        shell::run(setcap)?;
    }
    Ok(binary)
}

/// A running peer-observer. Ends when dropped.
pub(crate) struct Observer {
    child: Child,
    /// Where its page is: `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    _directory: TempDir,
}

impl Observer {
    /// Starts it on the node with this name and data directory, and waits until it is ready.
    /// `more` is appended to the configuration.
    pub(crate) async fn start(
        binary: &Path,
        name: &str,
        datadir: &Path,
        port: Option<u16>,
        more: &str,
    ) -> Result<Observer> {
        let directory = tempfile::tempdir().context("cannot make a temporary directory")?;
        let port = port.map_or_else(free_port, Ok)?;
        let config = directory.path().join("peer-observer.toml");
        let text = format!(
            "[http]\nlisten = \"127.0.0.1:{port}\"\n\n[[node]]\nname = \"{name}\"\ndatadir = \"{}\"\nchain = \"regtest\"\n\n{more}",
            datadir.display()
        );
        std::fs::write(&config, text)
            .with_context(|| format!("cannot write {}", config.display()))?;
        let mut command = Command::new(binary);
        command
            .arg("run")
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::null());
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let url = format!("http://127.0.0.1:{port}");
        let mut observer = Observer {
            child,
            url,
            _directory: directory,
        };
        observer.wait_until_ready().await?;
        Ok(observer)
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let url = format!("{}/readyz", self.url);
        let deadline = std::time::Instant::now() + testkit::DEADLINE;
        loop {
            let last = match http::get(&url).await {
                Ok(_) => return Ok(()),
                Err(error) => error,
            };
            if let Some(status) = self.child.try_wait()? {
                bail!("peer-observer has ended ({status}), see above");
            }
            if std::time::Instant::now() > deadline {
                return Err(last.context("peer-observer does not get ready"));
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// Its process.
    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        // Already gone or not: there is nothing to do about it here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("cannot find a free port")?;
    Ok(listener.local_addr()?.port())
}
