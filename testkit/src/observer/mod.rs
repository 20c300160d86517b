//! A running peer-observer, for tests, demo and benches of the whole binary.

pub mod http;
mod process;

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

pub use process::Process;

use crate::wait::{DEADLINE, wait_for};

/// A running peer-observer. Ends when dropped.
pub struct Observer {
    child: Child,
    /// Where its page is: `http://127.0.0.1:PORT`.
    pub url: String,
    _directory: TempDir,
}

impl Observer {
    /// Starts it on the regtest node with this name and data directory, and
    /// waits until it is ready. `more` is appended to the configuration.
    pub async fn start(
        binary: &Path,
        name: &str,
        datadir: &Path,
        port: Option<u16>,
        more: &str,
    ) -> Result<Observer> {
        Observer::start_in(&[], binary, name, datadir, port, more).await
    }

    /// The same with variables in its environment.
    pub async fn start_in(
        environment: &[(&str, &str)],
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
            .envs(environment.iter().copied())
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
        let deadline = std::time::Instant::now() + DEADLINE;
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

    /// Ends it in order, and waits until it has ended.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").arg(&pid).status();
        ensure!(
            told.is_ok_and(|status| status.success()),
            "kill {pid} failed"
        );
        wait_for("peer-observer to end", async || {
            self.child.try_wait().is_ok_and(|ended| ended.is_some())
        })
        .await
    }

    /// Its process.
    pub fn process(&self) -> Process {
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
