//! Which hosts may stand in `Host` and `Origin`.
//!
//! A page of another site that a browser of the same machine shows could read
//! the whole stream otherwise: through a websocket, which no same-origin policy
//! covers, or through a name that it points at 127.0.0.1 (DNS rebinding).

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use crate::settings::Listen;

/// The hosts that name this server.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    /// The address that is listened on; `None` for a Unix socket, which browsers
    /// reach by forwarding any port of theirs to it.
    own: Option<SocketAddr>,
    allowed: Vec<HostPort>,
}

/// An entry of `http.allowed_hosts` that is neither `name` nor `name:port`.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} in http.allowed_hosts is not a host")]
pub(crate) struct NotAHost(String);

/// A host, in lower case and without the brackets of IPv6, and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
struct HostPort {
    host: String,
    port: Option<u16>,
}

impl HostPort {
    fn parse(text: &str) -> Option<HostPort> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, rest) = rest.split_once(']')?;
                let address: Ipv6Addr = address.parse().ok()?;
                let port = match rest {
                    "" => None,
                    _ => Some(rest.strip_prefix(':')?),
                };
                (address.to_string(), port)
            }
            None => match text.split_once(':') {
                Some((host, port)) => (host.to_ascii_lowercase(), Some(port)),
                None => (text.to_ascii_lowercase(), None),
            },
        };
        let is_named = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
        if host.is_empty() || !host.bytes().all(is_named) {
            return None;
        }
        let port = match port {
            // `u16` would take "+80" for a number.
            Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(port.parse().ok()?)
            }
            Some(_) => return None,
            None => None,
        };
        Some(HostPort { host, port })
    }

    /// Does it name the machine that listens on `own`? A number cannot be
    /// pointed elsewhere, as a name can.
    fn is_ours(&self, own: Option<SocketAddr>) -> bool {
        let own = own.map(|own| own.ip());
        self.host == "localhost"
            || self
                .host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback() || Some(address) == own)
    }
}

impl Hosts {
    /// Loopback and the address of `listen`, at its port, and `allowed`.
    pub(crate) fn new(listen: &Listen, allowed: &[String]) -> Result<Hosts, NotAHost> {
        let allowed = allowed.iter().map(|entry| {
            // An IPv6 address needs no brackets here: people write both.
            let bare = entry
                .parse::<Ipv6Addr>()
                .ok()
                .map(|address| address.to_string());
            let known = match bare {
                Some(host) => Some(HostPort { host, port: None }),
                None => HostPort::parse(entry),
            };
            known.ok_or_else(|| NotAHost(entry.clone()))
        });
        Ok(Hosts {
            own: listen.tcp(),
            allowed: allowed.collect::<Result<_, _>>()?,
        })
    }

    /// Does the value of a `Host` header name this server? A loopback name
    /// without a port does, with one only if it is ours.
    pub(crate) fn allow_host(&self, value: &str) -> bool {
        HostPort::parse(value).is_some_and(|host| {
            (host.is_ours(self.own) && host.port.is_none_or(|port| self.is_own_port(port)))
                || self.is_listed(&host, host.port)
        })
    }

    /// Is the value of an `Origin` header this server's own page? `null` never
    /// is. Here an absent port means 80 or 443: another program on this machine
    /// may serve that page. `host` is the request's own `Host`, which has passed
    /// [`Hosts::allow_host`]: through a Unix socket the page's port is the same.
    pub(crate) fn allow_origin(&self, value: &str, host: &str) -> bool {
        let (authority, default_port) = if let Some(authority) = value.strip_prefix("http://") {
            (authority, 80)
        } else if let Some(authority) = value.strip_prefix("https://") {
            (authority, 443)
        } else {
            return false;
        };
        let asked = HostPort::parse(host);
        HostPort::parse(authority).is_some_and(|host| {
            let port = host.port.unwrap_or(default_port);
            let is_same_port = match self.own {
                Some(own) => port == own.port(),
                None => asked.is_some_and(|asked| asked.port.unwrap_or(default_port) == port),
            };
            (host.is_ours(self.own) && is_same_port) || self.is_listed(&host, Some(port))
        })
    }

    fn is_own_port(&self, port: u16) -> bool {
        self.own.is_none_or(|own| own.port() == port)
    }

    fn is_listed(&self, host: &HostPort, port: Option<u16>) -> bool {
        let mut same_name = self
            .allowed
            .iter()
            .filter(|allowed| allowed.host == host.host);
        same_name.any(|allowed| allowed.port.is_none() || allowed.port == port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        let allowed = [
            "Observer.lan",
            "proxy.lan:8443",
            "fd00::1",
            "localhost:9000",
        ];
        let listen = "127.0.0.1:8480".parse().unwrap();
        Hosts::new(&listen, &allowed.map(str::to_owned)).unwrap()
    }

    #[test]
    fn loopback_and_listed_hosts_are_ours() {
        for host in [
            "localhost",
            "LOCALHOST:8480",
            "127.0.0.1:8480",
            "127.1.2.3",
            "[::1]:8480",
            "[0:0::1]",
            "observer.lan",
            "observer.lan:1",
            "proxy.lan:8443",
            "[fd00::1]:8480",
            "localhost:9000",
        ] {
            assert!(hosts().allow_host(host), "{host}");
        }
        for origin in [
            "http://localhost:8480",
            "https://127.0.0.1:8480",
            "http://[::1]:8480",
            "https://observer.lan",
            "https://proxy.lan:8443",
            "http://localhost:9000",
        ] {
            assert!(hosts().allow_origin(origin, "localhost:8480"), "{origin}");
        }
    }

    #[test]
    fn everything_else_is_foreign() {
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "evil.example:8480",
            "localhost:81",
            "localhost:",
            "localhost:+8480",
            "localhost:8480:8480",
            "user@localhost",
            "localhost ",
            "128.0.0.1",
            "127.0.0.1.evil.example",
            "[::2]",
            "[::1",
            "[::1]8480",
            "0.0.0.0:8480",
            "proxy.lan",
            "proxy.lan:1",
            "localhost/..",
        ] {
            assert!(!hosts().allow_host(host), "{host:?}");
        }
        for origin in [
            "null",
            "",
            "localhost:8480",
            "file://localhost:8480",
            "http://localhost",
            "http://localhost:3000",
            "http://evil.example",
            "http://localhost:8480/",
            "http://localhost:8480, http://evil.example",
            "chrome-extension://localhost:8480",
        ] {
            assert!(
                !hosts().allow_origin(origin, "localhost:8480"),
                "{origin:?}"
            );
        }
    }

    #[test]
    fn a_wrong_entry_is_named() {
        let listen = "127.0.0.1:1".parse().unwrap();
        let error = Hosts::new(&listen, &["https://observer.lan".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("\"https://observer.lan\""));
    }

    #[test]
    fn the_own_address_is_ours() {
        let hosts = Hosts::new(&"192.0.2.7:8480".parse().unwrap(), &[]).unwrap();
        assert!(hosts.allow_host("192.0.2.7:8480"));
        assert!(hosts.allow_origin("http://192.0.2.7:8480", "192.0.2.7:8480"));
        assert!(!hosts.allow_host("192.0.2.8:8480"));
        assert!(!hosts.allow_host("observer.lan:8480"));
    }

    #[test]
    fn through_a_unix_socket_the_port_is_the_browsers() {
        let hosts = Hosts::new(&"unix:/run/x".parse().unwrap(), &[]).unwrap();
        assert!(hosts.allow_host("localhost") && hosts.allow_host("localhost:9000"));
        assert!(hosts.allow_origin("http://localhost:9000", "localhost:9000"));
        assert!(!hosts.allow_origin("http://localhost:3000", "localhost:9000"));
        assert!(!hosts.allow_host("evil.example"));
    }
}
