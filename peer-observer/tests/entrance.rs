//! Who gets in: the token, on every route and in a browser; and the Unix socket.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps fails with the line where it did"
)]

#[path = "support/browser.rs"]
#[allow(unreachable_pub, dead_code)]
mod browser;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context, Result, ensure};
use browser::Page;
use tempfile::TempDir;
use testkit::wait_for;

const TOKEN: &str = "pomegranate-and-quince";

/// A configuration, with a node that does not run.
struct Setup {
    directory: TempDir,
}

impl Setup {
    /// `http` is what stands in `[http]`; TOKEN in it is a file with the token,
    /// DIR the directory.
    fn new(http: &str) -> Result<Setup> {
        let directory = tempfile::tempdir()?;
        let setup = Setup { directory };
        setup.write_token(TOKEN, 0o640)?;
        let dir = setup.path("").display().to_string();
        let dir = dir.trim_end_matches('/');
        let http = http.replace("DIR", dir);
        let token_file = setup.token_file();
        let http = http.replace(
            "TOKEN",
            &format!("token_file = \"{}\"", token_file.display()),
        );
        let text = format!(
            "[http]\n{http}\n[ebpf]\nenabled = false\n[[node]]\nname = \"alice\"\n\
             datadir = \"{dir}\"\nchain = \"regtest\"\nrpc_address = \"127.0.0.1:1\"\n"
        );
        fs::write(setup.path("peer-observer.toml"), text)?;
        Ok(setup)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn token_file(&self) -> PathBuf {
        self.path("token")
    }

    fn write_token(&self, text: &str, mode: u32) -> Result<()> {
        fs::write(self.token_file(), format!("{text}\n"))?;
        fs::set_permissions(self.token_file(), fs::Permissions::from_mode(mode))?;
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_peer-observer"));
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env("RUST_LOG", "trace")
            .stdin(Stdio::null());
        command
    }

    fn output(&self, arguments: &[&str]) -> Result<Output> {
        Ok(self.command(arguments).output()?)
    }

    /// Starts `run`, and waits until it says where the page is.
    fn run(&self) -> Result<Running> {
        let log = fs::File::create(self.path("log"))?;
        let mut child = self
            .command(&["run"])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("a pipe")?).read_line(&mut line)?;
        let running = Running { child, line };
        let log = || fs::read_to_string(self.path("log")).unwrap_or_default();
        ensure!(running.line.contains("the page is at"), "{}", log());
        Ok(running)
    }
}

struct Running {
    child: Child,
    line: String,
}

impl Running {
    /// `127.0.0.1:PORT`
    fn authority(&self) -> &str {
        let url = self.line.trim().rsplit_once("http://").unwrap().1;
        url.trim_end_matches('/')
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request, with Host and these header lines, and reads the reply.
fn exchange(mut stream: impl Read + Write, request: &str, headers: &str, body: &str) -> String {
    let text = format!("{request} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n{body}");
    stream.write_all(text.as_bytes()).unwrap();
    let mut reply = Vec::new();
    // A refused body may end in a reset after the reply.
    let _ = stream.read_to_end(&mut reply);
    String::from_utf8_lossy(&reply).into_owned()
}

fn ask(authority: &str, request: &str, headers: &str, body: &str) -> String {
    let headers = format!("Host: {authority}\r\n{headers}");
    exchange(
        TcpStream::connect(authority).unwrap(),
        request,
        &headers,
        body,
    )
}

fn status(reply: &str) -> u16 {
    reply.split(' ').nth(1).unwrap().parse().unwrap()
}

const WEBSOCKET: &str = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

#[test]
fn nothing_but_healthz_is_answered_without_the_token() -> Result<()> {
    let setup = Setup::new("listen = \"127.0.0.1:0\"\nTOKEN")?;
    let running = setup.run()?;
    let authority = running.authority();
    let routes = [
        ("GET /", "", 200),
        ("GET /index.html", "", 200),
        ("GET /metrics", "", 200),
        // The node does not run.
        ("GET /readyz", "", 503),
        ("GET /api/v1/node", "", 200),
        ("GET /api/v1/peers", "", 200),
        ("GET /api/v1/peers/alice/1", "", 404),
        ("GET /api/v1/totals", "", 200),
        ("GET /nowhere", "", 404),
        ("POST /metrics", "", 405),
        ("DELETE /", "", 405),
    ];
    for (request, headers, expected) in routes {
        for wrong in [
            "",
            "Authorization: Bearer wrong-wrong-wrong-wrong\r\n",
            "Authorization: Bearer \r\n",
            "Cookie: peer_observer_00000000=00\r\n",
        ] {
            let reply = ask(authority, request, &format!("{wrong}{headers}"), "");
            assert_eq!(status(&reply), 401, "{request} {wrong}: {reply}");
            assert!(
                reply.to_lowercase().contains("www-authenticate: bearer"),
                "{reply}"
            );
        }
        let right = format!("Authorization: Bearer {TOKEN}\r\n{headers}");
        let reply = ask(authority, request, &right, "");
        assert_eq!(status(&reply), expected, "{request}: {reply}");
    }
    let websocket = "GET /api/v1/events";
    let upgrade = WEBSOCKET.replace("Upgrade:", "Connection: upgrade\r\nUpgrade:");
    let refused = ask(authority, websocket, &upgrade, "");
    assert_eq!(status(&refused), 401, "{refused}");
    assert_eq!(status(&ask(authority, "GET /healthz", "", "")), 200);

    // Host and Origin count before the token does.
    let right = format!("Authorization: Bearer {TOKEN}\r\n");
    let foreign = format!("{right}Origin: http://evil.example\r\n");
    assert_eq!(status(&ask(authority, "GET /", &foreign, "")), 403);
    let stream = TcpStream::connect(authority)?;
    let reply = exchange(
        stream,
        "GET /",
        &format!("Host: evil.example\r\n{right}"),
        "",
    );
    assert_eq!(status(&reply), 403);
    Ok(())
}

#[test]
fn logging_in_gives_a_cookie_and_leaves_no_trace_of_the_token() -> Result<()> {
    let setup = Setup::new("listen = \"127.0.0.1:0\"\nTOKEN")?;
    let running = setup.run()?;
    let authority = running.authority();
    let form = |token: &str, headers: &str| {
        let body = format!("token={token}");
        let head = format!(
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{headers}",
            body.len()
        );
        ask(authority, "POST /login", &head, &body)
    };
    let page = ask(authority, "GET /", "Accept: text/html\r\n", "");
    assert_eq!(status(&page), 401);
    assert!(
        page.contains("<form method=\"post\" action=\"/login\">"),
        "{page}"
    );
    assert!(
        page.contains("default-src 'none'; form-action 'self'"),
        "{page}"
    );
    assert!(
        !page.contains("<script") && !page.contains("<style"),
        "{page}"
    );

    let wrong = form("wrong-wrong-wrong-wrong", "");
    assert_eq!(status(&wrong), 401);
    assert!(wrong.contains("That is not the token"), "{wrong}");
    assert!(!wrong.to_lowercase().contains("set-cookie"), "{wrong}");
    assert_eq!(status(&form(TOKEN, "Origin: http://evil.example\r\n")), 403);
    assert_eq!(status(&form(&"x".repeat(100_000), "")), 413);
    let text = format!(
        "Content-Type: text/plain\r\nContent-Length: {}\r\n",
        TOKEN.len()
    );
    assert_eq!(status(&ask(authority, "POST /login", &text, TOKEN)), 415);

    let right = form(TOKEN, &format!("Origin: http://{authority}\r\n"));
    assert_eq!(status(&right), 303);
    let line = right
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .unwrap();
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(line.contains(attribute), "{line}");
    }
    let cookie = format!("Cookie: {}\r\n", line.split(';').next().unwrap());
    assert_eq!(
        status(&ask(authority, "GET /api/v1/node", &cookie, "")),
        200
    );
    let both = format!("{cookie}Authorization: Bearer wrong-wrong-wrong-wrong\r\n");
    assert_eq!(status(&ask(authority, "GET /api/v1/node", &both, "")), 401);
    let healthy = ask(authority, "GET /api/v1/node", &cookie, "");
    drop(running);

    // It holds over a restart, and ends with another token.
    let running = setup.run()?;
    let authority = running.authority();
    assert_eq!(
        status(&ask(authority, "GET /api/v1/node", &cookie, "")),
        200
    );
    drop(running);
    let log = fs::read_to_string(setup.path("log"))?;
    for text in [&page, &wrong, &right, &healthy, &log] {
        assert!(!text.contains(TOKEN), "{text}");
    }
    setup.write_token("another-long-secret", 0o600)?;
    let running = setup.run()?;
    let reply = ask(running.authority(), "GET /api/v1/node", &cookie, "");
    assert_eq!(status(&reply), 401);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_logs_in_and_its_websocket_is_let_in_too() -> Result<()> {
    let setup = Setup::new("listen = \"127.0.0.1:0\"\nTOKEN")?;
    let running = setup.run()?;
    let url = format!("http://{}/", running.authority());
    let mut page = Page::open(&url, 390, 800).await?;
    page.wait_for(
        "the form",
        "!!document.querySelector('input[type=password]')",
    )
    .await?;
    let log_in = |token: &str| {
        format!(
            "document.querySelector('#token').value = {token:?};\
             document.querySelector('button').click()"
        )
    };
    page.evaluate(&log_in("wrong-wrong-wrong-wrong")).await?;
    page.wait_for(
        "the word that it was wrong",
        "document.readyState === 'complete' && !!document.querySelector('[role=alert]')",
    )
    .await?;
    page.evaluate(&log_in(TOKEN)).await?;
    page.wait_for(
        "the page's stream to be live",
        "location.pathname === '/' && /\\blive\\b/i.test(document.body?.innerText ?? '')",
    )
    .await?;
    assert_eq!(page.evaluate("document.cookie").await?, "");
    assert_eq!(page.evaluate("location.href").await?, url);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn watch_shows_the_token() -> Result<()> {
    for listen in ["127.0.0.1:0", "unix:DIR/socket"] {
        let setup = Setup::new(&format!("listen = \"{listen}\"\nTOKEN"))?;
        let running = setup.run()?;
        let url = match listen.starts_with("unix") {
            true => format!("unix:{}", setup.path("socket").display()),
            false => running.authority().to_owned(),
        };
        let watch = ["watch", "--url", &url, "--kind", "tick", "--number", "1"];
        let refused = setup.output(&watch)?;
        let stderr = String::from_utf8(refused.stderr)?;
        assert_eq!(refused.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains("--token-file"), "{stderr}");
        let token_file = setup.token_file().display().to_string();
        let let_in = setup.output(&[&watch[..], &["--token-file", &token_file]].concat())?;
        assert!(let_in.status.success(), "{let_in:?}");
        assert!(!let_in.stdout.is_empty());
        if listen.starts_with("unix") {
            // The configuration says both.
            let let_in = setup.output(&["watch", "--kind", "tick", "--number", "1"])?;
            assert!(let_in.status.success(), "{let_in:?}");
        }
    }
    Ok(())
}

#[test]
fn other_machines_need_a_token_and_the_token_has_to_be_good() -> Result<()> {
    let refuse = |setup: &Setup, words: &str| -> Result<()> {
        for command in ["check-config", "run"] {
            let output = setup.output(&[command])?;
            let stderr = String::from_utf8(output.stderr)?;
            assert_eq!(output.status.code(), Some(2), "{command}: {stderr}");
            assert!(
                stderr.contains(words),
                "{command}: {words:?} is not in {stderr}"
            );
            assert!(output.stdout.is_empty());
            assert!(!stderr.contains(TOKEN), "{stderr}");
        }
        Ok(())
    };
    for listen in ["0.0.0.0:0", "192.0.2.1:8480", "[::]:8480"] {
        let open = Setup::new(&format!("listen = \"{listen}\""))?;
        refuse(&open, "`token_file`")?;
    }
    let setup = Setup::new("listen = \"0.0.0.0:0\"\nTOKEN")?;
    assert!(setup.output(&["check-config"])?.status.success());
    setup.write_token(TOKEN, 0o644)?;
    refuse(&setup, "chmod o=")?;
    setup.write_token("short", 0o600)?;
    refuse(&setup, "16 to 1024")?;
    setup.write_token("", 0o600)?;
    refuse(&setup, "/dev/urandom")?;
    fs::remove_file(setup.token_file())?;
    refuse(&setup, "cannot read it")?;
    // The command from the message makes a good one.
    let output = setup.output(&["check-config"])?;
    let stderr = String::from_utf8(output.stderr)?;
    let command = stderr.trim().rsplit_once("make one with: ").unwrap().1;
    assert!(
        Command::new("sh")
            .args(["-ec", command])
            .status()?
            .success()
    );
    assert!(setup.output(&["check-config"])?.status.success());

    // From everywhere, by whatever address, only with the token.
    setup.write_token(TOKEN, 0o600)?;
    let running = setup.run()?;
    let port = running.authority().rsplit_once(':').unwrap().1;
    let authority = format!("127.0.0.1:{port}");
    assert_eq!(status(&ask(&authority, "GET /metrics", "", "")), 401);
    let right = format!("Authorization: Bearer {TOKEN}\r\n");
    assert_eq!(status(&ask(&authority, "GET /metrics", &right, "")), 200);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unix_socket_is_for_the_group_alone() -> Result<()> {
    let setup = Setup::new("listen = \"unix:DIR/socket\"")?;
    let socket = setup.path("socket");
    let get = |path: &str, headers: &str| {
        let stream = UnixStream::connect(&socket).unwrap();
        exchange(stream, &format!("GET {path}"), headers, "")
    };
    let running = setup.run()?;
    let about = fs::symlink_metadata(&socket)?;
    assert!(about.file_type().is_socket());
    assert_eq!(about.permissions().mode() & 0o777, 0o660);
    assert_eq!(status(&get("/api/v1/node", "Host: localhost\r\n")), 200);
    // As a browser asks through a forwarded port.
    let forwarded = "Host: localhost:9000\r\nOrigin: http://localhost:9000\r\n";
    assert_eq!(status(&get("/api/v1/node", forwarded)), 200);
    let foreign = "Host: localhost:9000\r\nOrigin: http://localhost:3000\r\n";
    assert_eq!(status(&get("/api/v1/node", foreign)), 403);
    assert_eq!(status(&get("/", "Host: evil.example\r\n")), 403);

    // A second instance leaves it alone.
    let second = setup.output(&["run"])?;
    let stderr = String::from_utf8(second.stderr)?;
    assert_eq!(second.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("somebody listens there already"),
        "{stderr}"
    );
    assert_eq!(status(&get("/healthz", "Host: localhost\r\n")), 200);

    // Killed, it leaves the socket behind; the next start replaces it, and
    // ended in order it takes it away.
    drop(running);
    assert!(socket.exists());
    let mut running = setup.run()?;
    assert_eq!(status(&get("/healthz", "Host: localhost\r\n")), 200);
    let terminate = Command::new("kill")
        .arg(running.child.id().to_string())
        .status()?;
    ensure!(terminate.success());
    wait_for("it ends", async || {
        matches!(running.child.try_wait(), Ok(Some(_)))
    })
    .await?;
    assert!(!socket.exists());
    Ok(())
}

#[test]
fn what_belongs_to_somebody_else_is_never_replaced() -> Result<()> {
    let setup = Setup::new("listen = \"unix:DIR/socket\"")?;
    let socket = setup.path("socket");
    let refuses = |words: &str| -> Result<()> {
        let output = setup.output(&["run"])?;
        let stderr = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
        Ok(())
    };
    fs::write(&socket, "precious")?;
    refuses("no socket")?;
    assert_eq!(fs::read_to_string(&socket)?, "precious");
    fs::remove_file(&socket)?;
    drop(UnixListener::bind(&socket)?);
    if std::os::unix::fs::chown(&socket, Some(65534), None).is_ok() {
        refuses("another user")?;
        assert!(Path::new(&socket).exists());
    }
    Ok(())
}
