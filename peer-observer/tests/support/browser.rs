//! Headless Chromium, spoken to over its debugging protocol.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-port=0",
];

/// A page in a browser of its own, and what its console complained of.
pub struct Page {
    browser: Child,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next_id: u64,
    session: Option<String>,
    /// Exceptions, errors on the console, and what the browser itself reported.
    pub complaints: Vec<String>,
    _profile: tempfile::TempDir,
}

impl Page {
    /// Opens the page.
    pub async fn open(url: &str, width: u32, height: u32) -> Result<Page> {
        let profile = tempfile::tempdir()?;
        let mut browser = Command::new("chromium")
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start chromium; install it: apt-get install chromium")?;
        let address = debugger_address(&mut browser)?;
        let (socket, _) = tokio_tungstenite::connect_async(&address).await?;
        let mut page = Page {
            browser,
            socket,
            next_id: 0,
            session: None,
            complaints: Vec::new(),
            _profile: profile,
        };
        let target = page
            .call("Target.createTarget", json!({"url": "about:blank"}))
            .await?;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = page.call("Target.attachToTarget", attach).await?;
        page.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Runtime.enable", "Log.enable", "Page.enable"] {
            page.call(domain, json!({})).await?;
        }
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        page.call("Emulation.setDeviceMetricsOverride", size)
            .await?;
        page.call("Page.navigate", json!({"url": url})).await?;
        Ok(page)
    }

    /// The value of a JavaScript expression.
    pub async fn evaluate(&mut self, expression: &str) -> Result<Value> {
        let parameters = json!({"expression": expression, "returnByValue": true});
        let reply = self.call("Runtime.evaluate", parameters).await?;
        Ok(reply["result"]["value"].clone())
    }

    /// Evaluates until the value is true.
    pub async fn wait_for(&mut self, what: &str, expression: &str) -> Result<()> {
        let deadline = std::time::Instant::now() + testkit::DEADLINE;
        while self.evaluate(expression).await? != Value::Bool(true) {
            if std::time::Instant::now() > deadline {
                let text = self.evaluate("document.body.innerText").await?;
                bail!(
                    "waited in vain for {what}; the page says:\n{}",
                    text.as_str().unwrap_or("")
                );
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        Ok(())
    }

    async fn call(&mut self, method: &str, parameters: Value) -> Result<Value> {
        self.next_id += 1;
        let id = self.next_id;
        let mut request = json!({"id": id, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(request.to_string())).await?;
        loop {
            let message = self
                .socket
                .next()
                .await
                .context("the browser has hung up")??;
            let Message::Text(text) = message else {
                continue;
            };
            let message: Value = serde_json::from_str(&text)?;
            if message["id"] == id {
                if !message["error"].is_null() {
                    bail!("{method}: {}", message["error"]);
                }
                return Ok(message["result"].clone());
            }
            self.note(&message);
        }
    }

    fn note(&mut self, message: &Value) {
        let is_complaint = match message["method"].as_str() {
            Some("Runtime.exceptionThrown") => true,
            Some("Runtime.consoleAPICalled") => message["params"]["type"] == "error",
            Some("Log.entryAdded") => message["params"]["entry"]["level"] == "error",
            _ => false,
        };
        if is_complaint {
            self.complaints.push(message["params"].to_string());
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Already gone or not: there is nothing to do about it here.
        let _ = self.browser.kill();
        let _ = self.browser.wait();
    }
}

/// The browser prints where it can be spoken to.
fn debugger_address(browser: &mut Child) -> Result<String> {
    let stderr = browser
        .stderr
        .take()
        .context("chromium's stderr is a pipe")?;
    let mut lines = BufReader::new(stderr).lines();
    for line in &mut lines {
        if let Some(address) = line?.strip_prefix("DevTools listening on ") {
            let address = address.to_owned();
            // Its pipe must not fill up.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(address);
        }
    }
    bail!("chromium ended without a debugging address")
}
