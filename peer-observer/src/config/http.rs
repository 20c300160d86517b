//! `[http]`: the listener of page, API and metrics.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use peer_observer_web::{Listen, Token, WebSettings};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Deserialize as DeriveDeserialize, Serialize};
use toml::Spanned;

use super::ConfigError;

/// No token is so long, in bytes.
const LARGEST_TOKEN_FILE: u64 = 4096;

/// Everybody else on the machine.
const OTHERS: u32 = 0o007;

/// `[http]`
#[derive(Clone, Debug, PartialEq, DeriveDeserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HttpConfig {
    /// Address and port, or a Unix socket; port 0 takes a free one.
    pub(crate) listen: Spanned<ListenText>,
    /// A file with the token that clients have to show.
    pub(crate) token_file: Option<PathBuf>,
    /// Host names besides loopback that a browser may call us by.
    pub(crate) allowed_hosts: Vec<HostName>,
    /// How many websocket clients there may be at a time.
    pub(crate) max_websockets: Websockets,
}

impl Default for HttpConfig {
    fn default() -> HttpConfig {
        HttpConfig {
            listen: Spanned::new(0..0, ListenText(WebSettings::default().listen)),
            token_file: None,
            allowed_hosts: Vec::new(),
            max_websockets: Websockets(64),
        }
    }
}

impl HttpConfig {
    /// Where to listen.
    pub(crate) fn listen(&self) -> &Listen {
        &self.listen.get_ref().0
    }

    /// The token, read from its file.
    pub(crate) fn token(&self) -> Result<Option<Token>, ConfigError> {
        self.token_file.as_deref().map(read_token).transpose()
    }

    /// The listener as the tool wants it, with its token.
    pub(crate) fn settings(&self) -> Result<WebSettings, ConfigError> {
        Ok(WebSettings {
            listen: self.listen().clone(),
            token: self.token()?,
            allowed_hosts: self
                .allowed_hosts
                .iter()
                .cloned()
                .map(String::from)
                .collect(),
            max_websockets: self.max_websockets.0.into(),
        })
    }
}

/// What no single value shows: other machines need a token.
pub(super) fn check(http: &HttpConfig, file: &Path, text: &str) -> Result<(), ConfigError> {
    let listen = http.listen();
    if listen.is_local() || http.token_file.is_some() {
        return Ok(());
    }
    let port = listen.tcp().map_or(0, |address| address.port());
    let message = format!(
        "{listen} can be reached from other machines: set `token_file` to a file with a secret, \
         or listen on 127.0.0.1:{port} or on a socket such as \"unix:/run/peer-observer/http.sock\""
    );
    Err(ConfigError::at(file, text, http.listen.span(), message))
}

fn read_token(path: &Path) -> Result<Token, ConfigError> {
    let text = read_token_text(path)?;
    // The message must not repeat what may be a secret.
    Token::new(&text).map_err(|error| {
        ConfigError::general(format!(
            "http.token_file {}: {error}; {}",
            path.display(),
            how_to_make(path)
        ))
    })
}

fn how_to_make(path: &Path) -> String {
    let shown = path.display();
    format!("make one with: (umask 077; head -c 24 /dev/urandom | base64 > {shown})")
}

/// Reads the file's first line, which is the token.
pub(crate) fn read_token_text(path: &Path) -> Result<String, ConfigError> {
    let shown = path.display();
    let fail = |what: String| ConfigError::general(format!("http.token_file {shown}: {what}"));
    let make = how_to_make(path);
    let file =
        File::open(path).map_err(|error| fail(format!("cannot read it ({error}); {make}")))?;
    let about = file
        .metadata()
        .map_err(|error| fail(format!("cannot look at it ({error})")))?;
    if !about.is_file() {
        return Err(fail("is no file".to_owned()));
    }
    if about.permissions().mode() & OTHERS != 0 {
        let what = format!("every user may read or change it; run: chmod o= {shown}");
        return Err(fail(what));
    }
    let mut text = String::new();
    file.take(LARGEST_TOKEN_FILE)
        .read_to_string(&mut text)
        .map_err(|error| fail(format!("cannot read it ({error}); {make}")))?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// An IP address with port, or `unix:` with a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub(crate) struct ListenText(Listen);

struct ListenVisitor;

impl Visitor<'_> for ListenVisitor {
    type Value = ListenText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            r#"an IP address with port, such as "127.0.0.1:8480" or "[::1]:8480", or a Unix socket, such as "unix:/run/peer-observer/http.sock""#,
        )
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ListenText, E> {
        text.parse()
            .map(ListenText)
            .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

impl<'de> Deserialize<'de> for ListenText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ListenText, D::Error> {
        deserializer.deserialize_str(ListenVisitor)
    }
}

impl From<ListenText> for String {
    fn from(listen: ListenText) -> String {
        listen.0.to_string()
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
