//! Where the RPC server is and who we are to it: from the settings, else from
//! the running process' command line, else from `bitcoin.conf`.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::Uri;
use hyper::header::HeaderValue;

use super::RpcError;
use crate::Node;

/// Cookies have 75 bytes; a password may be longer.
const SECRET_LIMIT_BYTES: u64 = 4096;

/// Where user and password come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// The cookie that the node writes at its start.
    Cookie(PathBuf),
    /// A user, and a file with the password.
    PasswordFile {
        /// The user.
        user: String,
        /// The file with the password.
        file: PathBuf,
    },
    /// `rpcuser` and `rpcpassword` of `bitcoin.conf`.
    NodeConfiguration,
}

impl fmt::Display for CredentialSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CredentialSource::Cookie(file) => write!(formatter, "the cookie {}", file.display()),
            CredentialSource::PasswordFile { user, file } => {
                write!(
                    formatter,
                    "user {user:?} and the password file {}",
                    file.display()
                )
            }
            CredentialSource::NodeConfiguration => {
                formatter.write_str("rpcuser and rpcpassword of bitcoin.conf")
            }
        }
    }
}

/// Everything that a call needs to get in. Has no `Debug` because of the
/// authorisation in it.
#[derive(Clone, PartialEq)]
pub(super) struct Access {
    pub(super) address: String,
    pub(super) uri: Uri,
    pub(super) authorization: HeaderValue,
    pub(super) source: CredentialSource,
}

impl Access {
    /// Finds out how to get in, reading files.
    pub(super) fn resolve(node: &Node) -> Result<Access, RpcError> {
        let address = node.rpc_address();
        let uri = format!("http://{address}/")
            .parse()
            .map_err(|_| RpcError::BadAddress {
                address: address.clone(),
            })?;
        let source = node.rpc_credentials();
        let secret = match &source {
            CredentialSource::Cookie(file) => first_line(file),
            CredentialSource::PasswordFile { user, file } => {
                first_line(file).map(|password| format!("{user}:{password}"))
            }
            CredentialSource::NodeConfiguration => node
                .configured_user()
                .ok_or_else(|| io::ErrorKind::NotFound.into()),
        };
        let secret = secret.map_err(|error| missing(node, &address, &source, &error))?;
        let authorization = format!("Basic {}", BASE64_STANDARD.encode(secret));
        let mut authorization =
            HeaderValue::try_from(authorization).map_err(|_| RpcError::BadAddress {
                address: address.clone(),
            })?;
        authorization.set_sensitive(true);
        Ok(Access {
            address,
            uri,
            authorization,
            source,
        })
    }
}

/// A node removes its cookie when it stops: then it is the node that is away.
fn missing(node: &Node, address: &str, source: &CredentialSource, error: &io::Error) -> RpcError {
    let is_cookie = matches!(source, CredentialSource::Cookie(_));
    if is_cookie && error.kind() == io::ErrorKind::NotFound && matches!(node.process(), Ok(None)) {
        return RpcError::Unreachable {
            address: address.to_owned(),
            reason: "the node does not run".to_owned(),
        };
    }
    RpcError::NoCredentials {
        source_of_credentials: source.clone(),
        reason: error.to_string(),
    }
}

fn first_line(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(file)?
        .take(SECRET_LIMIT_BYTES)
        .read_to_string(&mut text)?;
    match text.lines().next().map(str::trim_end) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the file is empty",
        )),
    }
}

/// Where a server listens that was told `-rpcbind=bind` and `-rpcport=port`
/// (Core: `HTTPBindAddresses`).
pub(crate) fn bound_address(bind: Option<&str>, port: u16) -> String {
    let Some(bind) = bind else {
        return format!("127.0.0.1:{port}");
    };
    if let Ok(address) = bind.parse::<SocketAddr>() {
        return reachable(address.ip(), address.port());
    }
    match bind
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>()
    {
        Ok(ip) => reachable(ip, port),
        Err(_) if bind.contains(':') => bind.to_owned(),
        Err(_) => format!("{bind}:{port}"),
    }
}

/// Nobody can connect to the address that stands for all addresses.
fn reachable(ip: IpAddr, port: u16) -> String {
    match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => format!("127.0.0.1:{port}"),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("[::1]:{port}"),
        ip => SocketAddr::new(ip, port).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_one_that_can_be_connected_to() {
        for (bind, expected) in [
            (None, "127.0.0.1:8332"),
            (Some("0.0.0.0"), "127.0.0.1:8332"),
            (Some("[::]:99"), "[::1]:99"),
            (Some("::1"), "[::1]:8332"),
            (Some("[::1]"), "[::1]:8332"),
            (Some("10.0.0.5:99"), "10.0.0.5:99"),
            (Some("node.lan"), "node.lan:8332"),
            (Some("node.lan:99"), "node.lan:99"),
        ] {
            assert_eq!(bound_address(bind, 8332), expected, "{bind:?}");
        }
    }
}
