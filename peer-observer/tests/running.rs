//! The binary at work, on a node that does not run: the extractor waits for it
//! and says so, which is enough to see events go all the way.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps fails with the line where it did"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A configuration without eBPF, which needs rights that a test may not have.
struct Setup {
    dir: TempDir,
}

impl Setup {
    fn new(listen: &str) -> Setup {
        let dir = TempDir::new().unwrap();
        let config = dir.path().join("peer-observer.toml");
        let text = format!(
            "[http]\nlisten = \"{listen}\"\n[ebpf]\nenabled = false\n\
             [[node]]\nname = \"alice\"\ndatadir = \"{}\"\nchain = \"regtest\"\n\
             rpc_address = \"127.0.0.1:1\"\n",
            dir.path().display()
        );
        std::fs::write(&config, text).unwrap();
        Setup { dir }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_peer-observer"));
        command
            .args(arguments)
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        command
    }

    fn start(&self, arguments: &[&str]) -> Running {
        let mut child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Running {
            child,
            stdout,
            stderr,
        }
    }

    /// `run`, and where its page is.
    fn run(&self) -> (Running, String) {
        let mut running = self.start(&["run"]);
        let line = running.line();
        let url = line.rsplit(' ').next().unwrap().to_owned();
        assert!(
            line.starts_with("peer-observer: ") && url.starts_with("http://"),
            "{line}"
        );
        (running, url)
    }
}

struct Running {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    stderr: BufReader<std::process::ChildStderr>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn next_line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

impl Running {
    fn line(&mut self) -> String {
        next_line(&mut self.stdout)
    }

    fn until_error_line(&mut self, wanted: &str) -> String {
        loop {
            let line = next_line(&mut self.stderr);
            assert!(!line.is_empty(), "it ended without saying {wanted:?}");
            if line.contains(wanted) {
                return line;
            }
        }
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Exit code and what was still written.
    fn end(mut self) -> (i32, String, String) {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        self.stderr.read_to_string(&mut stderr).unwrap();
        (self.child.wait().unwrap().code().unwrap(), stdout, stderr)
    }
}

#[test]
fn run_says_where_the_page_is_and_ends_in_order() {
    for signal in ["TERM", "INT"] {
        let setup = Setup::new("127.0.0.1:0");
        let (mut running, _) = setup.run();
        let first = running.until_error_line("waiting for the node");
        running.signal(signal);
        let (code, _, stderr) = running.end();
        assert_eq!(code, 0, "{stderr}");
        // Each extractor may say it, none of them twice.
        let mut told = BTreeSet::new();
        for line in std::iter::once(&*first).chain(stderr.lines()) {
            if let Some((_, what)) = line.split_once("waiting for the node") {
                assert!(told.insert(what.trim_end()), "told twice: {line}\n{stderr}");
            }
        }
    }
}

#[test]
fn a_port_that_is_taken_is_a_clear_failure() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, _, stderr) = Setup::new(&address).start(&["run"]).end();
    assert_eq!(code, 1, "{stderr}");
    assert!(
        stderr.contains(&format!("cannot listen on {address}")),
        "{stderr}"
    );
}

#[test]
fn watch_prints_what_a_running_instance_sees() {
    let setup = Setup::new("127.0.0.1:0");
    let (_running, url) = setup.run();
    let of_alice = [
        "watch",
        "--url",
        &url,
        "--node",
        "alice",
        "--kind",
        "heartbeat",
    ];
    let arguments: Vec<&str> = of_alice
        .into_iter()
        .chain(["--json", "--number", "2"])
        .collect();
    let (code, stdout, stderr) = setup.start(&arguments).end();
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(stdout.lines().count(), 2, "{stdout}");
    assert!(
        stdout
            .lines()
            .all(|line| line.starts_with(r#"{"node":"alice","#)),
        "{stdout}"
    );

    let arguments: Vec<&str> = of_alice
        .into_iter()
        .chain(["--count", "--number", "2"])
        .collect();
    let (code, stdout, _) = setup.start(&arguments).end();
    assert_eq!(code, 0);
    assert!(
        stdout.contains("heartbeat") && stdout.contains('2'),
        "{stdout}"
    );

    // A reader that goes away ends it quietly.
    let watch = setup
        .command(&of_alice)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut watch = watch.unwrap();
    drop(watch.stdout.take());
    let ended = watch.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0));
}

#[test]
fn watch_goes_on_when_the_instance_comes_back() {
    let setup = Setup::new("127.0.0.1:0");
    let (running, url) = setup.run();
    let port = url.trim_end_matches('/').rsplit(':').next().unwrap();
    let mut watch = setup.start(&["watch", "--url", &url, "--kind", "heartbeat"]);
    assert!(watch.line().contains("heartbeat"));
    running.signal("TERM");
    assert_eq!(running.end().0, 0);
    watch.until_error_line("the stream is interrupted");
    let again = Setup::new(&format!("127.0.0.1:{port}"));
    let (_running, _) = again.run();
    let line = next_line(&mut watch.stderr);
    assert!(
        line.contains("the stream goes on"),
        "said once, not each second: {line}"
    );
    watch.signal("INT");
    assert_eq!(watch.end().0, 0);
}

#[test]
fn watch_without_an_instance_says_so() {
    let setup = Setup::new("127.0.0.1:0");
    let (code, _, stderr) = setup.start(&["watch", "--url", "127.0.0.1:1"]).end();
    assert_eq!((code, stderr.lines().count()), (1, 1), "{stderr}");
    assert!(
        stderr.contains("is `peer-observer run` running there?"),
        "{stderr}"
    );
}

#[test]
fn an_extractor_and_a_tool_work_in_processes_of_their_own() {
    let setup = Setup::new("127.0.0.1:0");
    let mut extract = setup.start(&["extract", "rpc"]);
    let bytes = {
        // An event or two; what follows is cut off somewhere.
        let mut bytes = vec![0; 200];
        extract.stdout.read_exact(&mut bytes).unwrap();
        bytes
    };
    extract.signal("TERM");
    let rest = {
        let mut rest = Vec::new();
        extract.stdout.read_to_end(&mut rest).unwrap();
        rest
    };
    assert_eq!(extract.child.wait().unwrap().code(), Some(0));

    let tool = |arguments: &[&str], input: &[&[u8]]| {
        let mut command = setup.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        input
            .iter()
            .for_each(|bytes| stdin.write_all(bytes).unwrap());
        drop(stdin);
        let ended = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            ended.status.code().unwrap(),
            text(ended.stdout),
            text(ended.stderr),
        )
    };
    let (code, stdout, stderr) = tool(&["tool", "watch", "--json"], &[&bytes, &rest]);
    assert_eq!(code, 0, "{stderr}");
    assert!(
        stdout.lines().next().unwrap().contains(r#""started":"#),
        "{stdout}"
    );

    let (code, _, stderr) = tool(&["tool", "watch"], &[&bytes, &rest[..rest.len() - 1]]);
    assert_eq!((code, stderr.lines().count()), (1, 1), "{stderr}");
    assert!(stderr.contains("broke off in the middle"), "{stderr}");

    let (code, stdout, stderr) = tool(&["tool", "metrics"], &[&bytes, &rest]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("/metrics"), "{stdout}");
}
