//! A real NATS server, in a directory of its own.

use std::fs::{self, File};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, BufReader};
use tokio::net::TcpStream;

use crate::ports::free_port;
use crate::wait::wait_for;

/// Where Debian's package `nats-server` has it, besides what stands in PATH.
const DEBIAN_PROGRAM: &str = "/usr/sbin/nats-server";

/// Other processes take ports too: between our choice and the server's use.
const START_ATTEMPTS: usize = 5;

/// How a server is to be started.
#[derive(Clone, Debug, Default)]
pub struct NatsBuilder {
    jetstream: Option<String>,
    store: Option<PathBuf>,
    config: String,
}

impl NatsBuilder {
    /// With JetStream, its files in the server's directory.
    pub fn jetstream(self) -> NatsBuilder {
        self.jetstream_limited("1GB")
    }

    /// With JetStream that stores so much at most, in the configuration's
    /// words: `64MB`.
    pub fn jetstream_limited(self, max_file_store: &str) -> NatsBuilder {
        NatsBuilder {
            jetstream: Some(max_file_store.to_owned()),
            ..self
        }
    }

    /// JetStream's files go into this directory instead of one in the server's.
    pub fn store(self, directory: &Path) -> NatsBuilder {
        NatsBuilder {
            store: Some(directory.to_owned()),
            ..self
        }
    }

    /// More lines for its configuration: `authorization { token: "secret" }`.
    pub fn config(mut self, lines: &str) -> NatsBuilder {
        self.config.push_str(lines);
        self.config.push('\n');
        self
    }

    /// Starts the server and waits until it takes connections.
    pub async fn start(self) -> Result<NatsServer> {
        let directory = tempfile::Builder::new()
            .prefix("peer-observer-nats-")
            .tempdir()
            .context("creating a directory for a NATS server")?;
        let mut server = NatsServer {
            directory,
            builder: self,
            port: 0,
            child: None,
        };
        let mut attempt = 1;
        loop {
            server.port = free_port()?;
            match server.launch().await {
                Err(_) if attempt < START_ATTEMPTS => attempt += 1,
                launched => return launched.map(|()| server),
            }
        }
    }
}

/// A running NATS server. It is killed, and its directory removed, when this is dropped.
pub struct NatsServer {
    directory: TempDir,
    builder: NatsBuilder,
    port: u16,
    child: Option<Child>,
}

impl NatsServer {
    /// A builder with which the server can be told more.
    pub fn builder() -> NatsBuilder {
        NatsBuilder::default()
    }

    /// A server without JetStream, open to all.
    pub async fn start() -> Result<NatsServer> {
        NatsServer::builder().start().await
    }

    /// Where clients connect.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Its directory, for files that its configuration names.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Its process id; fails if it is stopped.
    pub fn pid(&self) -> Result<u32> {
        Ok(self.child.as_ref().context("the server is stopped")?.id())
    }

    /// Kills it with SIGKILL, so that it can clean up nothing, and waits for its end.
    pub fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the server is stopped")?;
        child.kill().context("killing the NATS server")?;
        child.wait().context("waiting for the killed NATS server")?;
        Ok(())
    }

    /// Starts it again after [`NatsServer::kill`], with the same directory and port.
    pub async fn start_again(&mut self) -> Result<()> {
        if self.child.is_some() {
            bail!("the server runs already");
        }
        self.launch().await
    }

    /// The lines of its configuration from the next start on, in place of
    /// those that [`NatsBuilder::config`] gave.
    pub fn set_config(&mut self, lines: &str) {
        self.builder.config = format!("{lines}\n");
    }

    /// JetStream's limit from the next start on, as in
    /// [`NatsBuilder::jetstream_limited`].
    pub fn set_jetstream_limit(&mut self, max_file_store: &str) {
        self.builder.jetstream = Some(max_file_store.to_owned());
    }

    /// Removes what JetStream has stored; for a server that was killed.
    pub fn forget(&mut self) -> Result<()> {
        if self.child.is_some() {
            bail!("the server still runs");
        }
        fs::remove_dir_all(self.store()).context("removing the JetStream store")
    }

    fn store(&self) -> PathBuf {
        let usual = || self.directory().join("jetstream");
        self.builder.store.clone().unwrap_or_else(usual)
    }

    fn write_config(&self) -> Result<PathBuf> {
        let mut text = format!("listen: \"127.0.0.1:{}\"\n", self.port);
        if let Some(limit) = &self.builder.jetstream {
            let store = self.store();
            text += &format!(
                "jetstream {{ store_dir: {:?}, max_file_store: {limit}, max_memory_store: 64MB }}\n",
                store.display().to_string(),
            );
        }
        text += &self.builder.config;
        let path = self.directory().join("nats.conf");
        fs::write(&path, text).context("writing the NATS server's configuration")?;
        Ok(path)
    }

    async fn launch(&mut self) -> Result<()> {
        let output = self.directory().join("output.log");
        let file = File::create(&output).context("creating a file for the server's output")?;
        let mut child = Command::new(program())
            .arg("-c")
            .arg(self.write_config()?)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .context("starting nats-server: install Debian's package nats-server")?;
        let port = self.port;
        let mut ended = false;
        let ready = wait_for("the NATS server takes connections", async || {
            ended = matches!(child.try_wait(), Ok(Some(_)));
            ended || greets(port).await
        })
        .await;
        if ended || ready.is_err() {
            child.kill().ok();
            child.wait().ok();
            let said = fs::read_to_string(&output).unwrap_or_default();
            bail!("nats-server did not start; it said: {said}");
        }
        self.child = Some(child);
        Ok(())
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; the directory goes in any case.
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// Does a server greet there? It does once it is ready, JetStream included.
async fn greets(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else {
        return false;
    };
    let mut greeting = [0; 5];
    let read = BufReader::new(stream)
        .read_exact(&mut greeting)
        .await
        .is_ok();
    read && &greeting == b"INFO "
}

fn program() -> &'static str {
    match Path::new(DEBIAN_PROGRAM).exists() {
        true => DEBIAN_PROGRAM,
        false => "nats-server",
    }
}
