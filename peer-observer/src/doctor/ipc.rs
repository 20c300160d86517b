//! The node's IPC socket (`-ipcbind`): mining and, later, more.

use std::io::ErrorKind;
use std::time::Duration;

use peer_observer_node::{IpcSocket, Node, Process};
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::access;
use super::node::program;
use super::report::{Area, Findings, Fix};
use super::shell;

/// A node that is alive accepts at once.
const LONGEST_CONNECT: Duration = Duration::from_secs(2);

/// Looks for the socket and connects to it.
pub(crate) async fn check(node: &Node, process: &Process, findings: &mut Findings) {
    let path = match node.ipc_socket() {
        IpcSocket::At(path) => path,
        IpcSocket::Off(_) => {
            let mut fixes = switch_on(process);
            if node.option("ipcbind").is_some() {
                let last = fixes.pop().map(|fix| fix.replacing("noipcbind"));
                fixes.extend(last);
            }
            let text = "the node has no IPC socket: tips, block templates and RPC over IPC need it";
            return findings.warning(Area::Ipc, "ipc_off", text, fixes);
        }
        IpcSocket::NotUnix(address) => {
            let text = format!("-ipcbind={address} is no Unix socket");
            return findings.unknown(Area::Ipc, text);
        }
    };
    let shown = path.display();
    let connected = timeout(LONGEST_CONNECT, UnixStream::connect(&path)).await;
    match connected.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into())) {
        Ok(_) => findings.ok(Area::Ipc, format!("{shown} takes connections")),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            let mut fixes = access::reach(&path);
            fixes.insert(
                0,
                Fix::command(format!("sudo chmod g+w {}", shell::quote(&path))),
            );
            findings.warning(
                Area::Ipc,
                "ipc_forbidden",
                format!("this user may not connect to {shown}"),
                fixes,
            );
        }
        Err(error) => {
            let mut fixes = if is_ipc_program(process) {
                Vec::new()
            } else {
                switch_on(process)
            };
            if fixes.is_empty() {
                fixes.push(Fix::advice("the node makes the socket at its start").then_restart());
            }
            findings.warning(
                Area::Ipc,
                "ipc_unreachable",
                format!("{shown} takes no connections ({error})"),
                fixes,
            );
        }
    }
}

fn switch_on(process: &Process) -> Vec<Fix> {
    let mut fixes = Vec::new();
    if !is_ipc_program(process) {
        fixes.push(Fix::advice(
            "start `bitcoin-node` of Bitcoin Core 30 or newer (or `bitcoin -m node`) instead of bitcoind",
        ));
    }
    fixes.push(Fix::bitcoin_conf("ipcbind=unix"));
    fixes
}

/// Of Core's programs only `bitcoin-node` and `bitcoin-gui` listen. A program
/// that we may not see gets the benefit of the doubt.
fn is_ipc_program(process: &Process) -> bool {
    let Some(program) = program(process) else {
        return true;
    };
    let name = program.file_name().map(|name| name.to_string_lossy());
    name.is_none_or(|name| !name.starts_with("bitcoind") && !name.starts_with("bitcoin-qt"))
}
