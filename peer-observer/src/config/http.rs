//! `[http]`: the listener of page, API and metrics.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Deserialize as DeriveDeserialize, Serialize};

/// `[http]`
#[derive(Clone, Debug, PartialEq, DeriveDeserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HttpConfig {
    /// Address and port; port 0 takes a free one.
    pub(crate) listen: Listen,
    /// Host names besides loopback that a browser may call us by.
    pub(crate) allowed_hosts: Vec<HostName>,
    /// How many websocket clients there may be at a time.
    pub(crate) max_websockets: Websockets,
}

impl Default for HttpConfig {
    fn default() -> HttpConfig {
        HttpConfig {
            listen: Listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 8480))),
            allowed_hosts: Vec::new(),
            max_websockets: Websockets(64),
        }
    }
}

/// A loopback address with port. Others need authentication, which there is
/// not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Listen(pub(crate) SocketAddr);

struct ListenVisitor;

impl Visitor<'_> for ListenVisitor {
    type Value = Listen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"an IP address with port, such as "127.0.0.1:8480" or "[::1]:8480""#)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Listen, E> {
        let address: SocketAddr = text
            .parse()
            .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))?;
        if !address.ip().is_loopback() {
            return Err(E::custom(format!(
                "{address} can be reached from other machines, which needs authentication that \
                 this version does not have; use 127.0.0.1:{port} and a reverse proxy or an ssh tunnel",
                port = address.port()
            )));
        }
        Ok(Listen(address))
    }
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Listen, D::Error> {
        deserializer.deserialize_str(ListenVisitor)
    }
}

/// A host name or address as it stands in the `Host` header, without port.
#[derive(Clone, Debug, PartialEq, Eq, DeriveDeserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct HostName(String);

impl TryFrom<String> for HostName {
    type Error = String;

    fn try_from(text: String) -> Result<HostName, String> {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        if (1..=253).contains(&text.len()) && text.bytes().all(letter) {
            return Ok(HostName(text.to_ascii_lowercase()));
        }
        Err(format!(
            "`{text}` is no host name; write it without scheme, path and `*`"
        ))
    }
}

impl From<HostName> for String {
    fn from(name: HostName) -> String {
        name.0
    }
}

/// A number of websocket clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveDeserialize, Serialize)]
#[serde(try_from = "i64", into = "u16")]
pub(crate) struct Websockets(pub(crate) u16);

impl TryFrom<i64> for Websockets {
    type Error = String;

    fn try_from(number: i64) -> Result<Websockets, String> {
        match u16::try_from(number) {
            Ok(number @ 1..=1024) => Ok(Websockets(number)),
            _ => Err(format!("{number} is out of range: from 1 to 1024")),
        }
    }
}

impl From<Websockets> for u16 {
    fn from(number: Websockets) -> u16 {
        number.0
    }
}
