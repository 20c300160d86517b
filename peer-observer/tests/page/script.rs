//! A script that looks at the page, and asks the test for what it cannot do itself.
#![expect(
    clippy::print_stdout,
    reason = "what the browser says belongs to the test's output"
)]

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A running script. It writes `> request` on a line of its own and waits for
/// an answer of one line; everything else that it writes is passed on.
pub struct Script {
    child: Child,
    requests: Lines<BufReader<ChildStdout>>,
    answers: ChildStdin,
}

impl Script {
    /// Starts `web/dev/NAME` with these arguments.
    pub async fn start(name: &str, arguments: &[&str]) -> Result<Script> {
        let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
        install(&web).await?;
        let mut child = Command::new("node")
            .arg(web.join("dev").join(name))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("cannot start node; install Node.js 20.19 or newer")?;
        let requests = child.stdout.take().context("its output is a pipe")?;
        let answers = child.stdin.take().context("its input is a pipe")?;
        Ok(Script {
            child,
            requests: BufReader::new(requests).lines(),
            answers,
        })
    }

    /// What the script wants next; `None` when it is through, and all was well.
    pub async fn request(&mut self) -> Result<Option<String>> {
        while let Some(line) = self.requests.next_line().await? {
            match line.strip_prefix("> ") {
                Some(request) => return Ok(Some(request.to_owned())),
                None => println!("{line}"),
            }
        }
        let status = self.child.wait().await?;
        ensure!(status.success(), "the script failed ({status}), see above");
        Ok(None)
    }

    /// The wish is fulfilled.
    pub async fn answer(&mut self, text: &str) -> Result<()> {
        self.answers.write_all(text.as_bytes()).await?;
        self.answers.write_all(b"\n").await?;
        Ok(())
    }
}

/// The packages that the scripts need, where nobody has installed them yet.
async fn install(web: &PathBuf) -> Result<()> {
    if web.join("node_modules/playwright-core").exists() {
        return Ok(());
    }
    let installed = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(web)
        .status()
        .await
        .context("cannot start npm; install Node.js 20.19 or newer")?;
    ensure!(installed.success(), "npm ci in web/ failed ({installed})");
    Ok(())
}
