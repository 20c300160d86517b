//! Does the node's RPC server answer us?

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use peer_observer_node::{CredentialSource, Node, OptionSource, RpcClient, RpcError};
use rustix::fs::Access;
use serde::Deserialize;
use serde_json::Value;

use super::access;
use super::node::arguments;
use super::report::{Area, Findings, Fix};
use super::rpcauth;
use super::shell;

/// The oldest version whose replies and tracepoints we know.
const OLDEST_VERSION: u64 = 290_000;

/// What `getnetworkinfo` says, as far as it matters here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NetworkInfo {
    version: u64,
    subversion: String,
    timeoffset: i64,
    warnings: Warnings,
}

/// A list since Core 28, one text before.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Warnings {
    List(Vec<String>),
    One(String),
}

impl Default for Warnings {
    fn default() -> Warnings {
        Warnings::List(Vec::new())
    }
}

/// Calls the server once. `false` when it answers nothing, so that asking on is in vain.
pub(crate) async fn check(client: &RpcClient, findings: &mut Findings) -> bool {
    let address = client.node().rpc_address();
    match client
        .call_as::<NetworkInfo>("getnetworkinfo", Value::Null)
        .await
    {
        Ok(info) => {
            let text = format!("{address} answers, Bitcoin Core {}", info.subversion);
            if info.version < OLDEST_VERSION {
                findings.warning(
                    Area::Rpc,
                    "version_old",
                    format!("{text}, which is older than what peer-observer knows"),
                    [Fix::advice("run Bitcoin Core 29 or newer")],
                );
            } else {
                findings.ok(Area::Rpc, text);
            }
            check_info(client.node(), &info, findings);
            true
        }
        Err(RpcError::Forbidden { .. } | RpcError::NoSuchMethod { .. } | RpcError::Rpc { .. }) => {
            findings.ok(Area::Rpc, format!("{address} answers"));
            true
        }
        Err(error) => {
            report(client.node(), &address, &error, findings);
            false
        }
    }
}

/// What the node's peers think of its clock, and what it warns of.
fn check_info(node: &Node, info: &NetworkInfo, findings: &mut Findings) {
    let seconds = info.timeoffset;
    match seconds.unsigned_abs() {
        0..=10 => {}
        _ => findings.problem(
            Area::Clock,
            "clock_differs_from_peers",
            format!("the clocks of the node's outbound peers differ from its own by {seconds} s (median)"),
            [Fix::command("sudo timedatectl set-ntp true")],
        ),
    }
    let warnings = match &info.warnings {
        Warnings::List(list) => list.as_slice(),
        Warnings::One(text) => std::slice::from_ref(text),
    };
    for warning in warnings.iter().filter(|warning| !warning.is_empty()) {
        findings.warning(
            Area::Node,
            "node_warns",
            format!("the node warns: {warning}"),
            [Fix::command(format!(
                "bitcoin-cli {} getnetworkinfo   # shows it until it is over",
                arguments(node)
            ))],
        );
    }
}

fn report(node: &Node, address: &str, error: &RpcError, findings: &mut Findings) {
    // Without a server there is no cookie either.
    if let RpcError::Unreachable { .. } | RpcError::NoCredentials { .. } = error
        && let Some(fix) = switch_on(node)
    {
        let text = "the node was told to have no RPC server (server=0)";
        return findings.problem(Area::Rpc, "rpc_off", text, [fix]);
    }
    match error {
        RpcError::Unreachable { reason, .. } => findings.problem(
            Area::Rpc,
            "rpc_unreachable",
            format!("nobody answers at {address} ({reason})"),
            [unreachable_fix(node, address)],
        ),
        RpcError::NoCredentials {
            source_of_credentials,
            reason,
        } => no_credentials(node, source_of_credentials, reason, findings),
        RpcError::Unauthorized {
            source_of_credentials,
            ..
        } => refused(node, source_of_credentials, findings),
        RpcError::StartingUp { message } => findings.warning(
            Area::Rpc,
            "rpc_starting",
            format!("the node is starting: {message}"),
            [Fix::command(
                "bitcoin-cli -rpcwait uptime   # ends when it has started",
            )],
        ),
        _ => findings.problem(
            Area::Rpc,
            "rpc_no_good_answer",
            error.to_string(),
            [Fix::advice(format!(
                "is {address} really the node's RPC server? if so, the end of its debug.log says \
                 what it is busy with"
            ))],
        ),
    }
}

fn unreachable_fix(node: &Node, address: &str) -> Fix {
    if let Some(configured) = &node.settings().rpc.address {
        return Fix::advice(format!(
            "take rpc_address = \"{configured}\" out of the configuration, or correct it"
        ))
        .replacing("rpc_address");
    }
    Fix::advice(format!(
        "tell the address: `sudo ss -ltnp` shows where the node listens if that is not {address}; \
         then rpc_address = \"HOST:PORT\" under [[node]]"
    ))
}

/// What switches the server on, where it was switched off.
fn switch_on(node: &Node) -> Option<Fix> {
    let (_, source) = node.option("server").filter(|(value, _)| value == "0")?;
    let fix = match source {
        OptionSource::CommandLine => Fix::node_command_line("-server=1"),
        OptionSource::ConfigFile => Fix::bitcoin_conf("server=1"),
    };
    Some(fix.replacing("server"))
}

fn no_credentials(node: &Node, source: &CredentialSource, reason: &str, findings: &mut Findings) {
    let text = format!("cannot read {source} ({reason})");
    match source {
        CredentialSource::Cookie(file) => match kind(file) {
            Some(ErrorKind::NotFound) => findings.problem(
                Area::Rpc,
                "cookie_missing",
                text,
                [match &node.settings().rpc.cookie_file {
                    Some(_) => Fix::advice("take rpc_cookie_file out of the configuration")
                        .replacing("rpc_cookie_file"),
                    None => Fix::advice("the node writes its cookie at its start").then_restart(),
                }],
            ),
            _ => {
                let fix = Fix::bitcoin_conf("rpccookieperms=group");
                let mut fixes = vec![match node.option("rpccookieperms") {
                    Some(_) => fix.replacing("rpccookieperms"),
                    None => fix,
                }];
                fixes.extend(access::reach(file));
                findings.problem(Area::Rpc, "cookie_unreadable", text, fixes);
            }
        },
        CredentialSource::PasswordFile { file, .. } => {
            let quoted = shell::quote(file);
            findings.problem(
                Area::Rpc,
                "password_unreadable",
                text,
                [Fix::command(format!(
                    "sudo chgrp \"$(id -gn)\" {quoted} && sudo chmod 640 {quoted}"
                ))],
            );
        }
        CredentialSource::NodeConfiguration => findings.problem(
            Area::Rpc,
            "password_unreadable",
            text,
            [Fix::bitcoin_conf("rpcpassword=…").replacing("rpcpassword")],
        ),
    }
}

fn refused(node: &Node, source: &CredentialSource, findings: &mut Findings) {
    let text = format!("the node refuses {source}");
    let fix = match source {
        CredentialSource::Cookie(_) if node.settings().rpc.cookie_file.is_some() => {
            Fix::advice("take rpc_cookie_file out of the configuration: it is another node's")
                .replacing("rpc_cookie_file")
        }
        CredentialSource::Cookie(_) => {
            Fix::advice("the node writes a new cookie at its start").then_restart()
        }
        CredentialSource::PasswordFile { user, file } => match rpcauth::line(user, file) {
            Some(line) => Fix::bitcoin_conf(line),
            None => Fix::bitcoin_conf(format!("rpcauth={user}:…")),
        },
        CredentialSource::NodeConfiguration => {
            Fix::advice("bitcoin.conf has changed since the node's start").then_restart()
        }
    };
    findings.problem(Area::Rpc, "credentials_refused", text, [fix]);
}

/// Why the file cannot be opened, looked at once more.
fn kind(file: &Path) -> Option<ErrorKind> {
    let file: PathBuf = file.to_owned();
    match std::fs::File::open(&file) {
        Ok(_) => access::may(&file, Access::READ_OK).then_some(ErrorKind::Other),
        Err(error) => Some(error.kind()),
    }
}
