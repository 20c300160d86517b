//! `[bus]`: which NATS server connects this process with others, if any.

use std::path::PathBuf;

use peer_observer_nats::{Login, Mode, NatsSettings, StreamSettings, check_address};
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::duration::DurationIn;
use super::size::SizeIn;

/// From a minute to a year, in milliseconds.
type Age = DurationIn<{ 60 * 1000 }, { 365 * 24 * 60 * 60 * 1000 }>;
/// Memory for what the server has not confirmed.
type Buffer = SizeIn<{ 1 << 20 }, { 16 << 30 }>;
/// Of the stream on the server's disk.
type StreamSize = SizeIn<{ 1 << 20 }, { 1 << 50 }>;

/// `[bus]`. Without `servers` the bus is inside this process.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BusConfig {
    /// Members of one cluster, tried in turn.
    pub(crate) servers: Vec<ServerAddress>,
    /// The user that the password belongs to.
    pub(crate) user: Option<String>,
    /// What lets us in; nothing does when absent.
    pub(crate) secret_file: Option<PathBuf>,
    /// What that file holds.
    pub(crate) secret: SecretWord,
    /// Who may have signed the server's certificate; the system's when absent.
    pub(crate) ca_file: Option<PathBuf>,
    /// Are events stored on the server?
    pub(crate) jetstream: bool,
    /// Receive what others publish? When absent, a process without nodes does.
    pub(crate) receive: Option<bool>,
    /// Memory for events that the server has not confirmed.
    pub(crate) buffer_bytes: Buffer,
    /// `[bus.stream]`
    pub(crate) stream: StreamConfig,
}

/// `[bus.stream]`: what JetStream keeps.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StreamConfig {
    /// Its name on the server.
    pub(crate) name: StreamName,
    /// The oldest events go when it has more,
    pub(crate) max_bytes: StreamSize,
    /// or when they are so old.
    pub(crate) max_age: Age,
}

/// What `secret_file` holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SecretWord {
    /// The password of `user`.
    #[default]
    Password,
    /// A token.
    Token,
    /// The seed of an nkey.
    Nkey,
    /// A JWT and the seed of its nkey.
    Credentials,
}

impl Default for BusConfig {
    fn default() -> BusConfig {
        BusConfig {
            servers: Vec::new(),
            user: None,
            secret_file: None,
            secret: SecretWord::default(),
            ca_file: None,
            jetstream: false,
            receive: None,
            buffer_bytes: Buffer::nearest(NatsSettings::new("").buffer_bytes as u64),
            stream: StreamConfig::default(),
        }
    }
}

impl Default for StreamConfig {
    fn default() -> StreamConfig {
        let settings = StreamSettings::default();
        StreamConfig {
            name: StreamName(settings.name),
            max_bytes: StreamSize::nearest(settings.max_bytes),
            max_age: Age::nearest(settings.max_age),
        }
    }
}

impl BusConfig {
    /// As the links want it; `None` where the bus is inside this process.
    pub(crate) fn settings(&self) -> Result<Option<NatsSettings>, ConfigError> {
        if self.servers.is_empty() {
            return Ok(None);
        }
        let mode = match self.jetstream {
            false => Mode::Core,
            true => Mode::JetStream(StreamSettings {
                name: self.stream.name.0.clone(),
                max_bytes: self.stream.max_bytes.bytes(),
                max_age: self.stream.max_age.get(),
            }),
        };
        Ok(Some(NatsSettings {
            servers: self.servers.iter().map(|server| server.0.clone()).collect(),
            login: self.login()?,
            ca_file: self.ca_file.clone(),
            mode,
            buffer_bytes: usize::try_from(self.buffer_bytes.bytes()).unwrap_or(usize::MAX),
        }))
    }

    fn login(&self) -> Result<Login, ConfigError> {
        let Some(file) = self.secret_file.clone() else {
            return Ok(Login::Nobody);
        };
        Ok(match self.secret {
            SecretWord::Token => Login::Token(file),
            SecretWord::Nkey => Login::NkeySeed(file),
            SecretWord::Credentials => Login::Credentials(file),
            SecretWord::Password => Login::Password {
                user: self.user.clone().ok_or_else(|| {
                    ConfigError::general(
                        "bus.secret_file holds a password: set bus.user too, or say with bus.secret \
                         what else it holds",
                    )
                })?,
                password_file: file,
            },
        })
    }
}

/// `nats://host:4222` or `tls://host:4222`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct ServerAddress(String);

impl TryFrom<String> for ServerAddress {
    type Error = String;

    fn try_from(text: String) -> Result<ServerAddress, String> {
        match check_address(&text) {
            Ok(()) => Ok(ServerAddress(text)),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl std::str::FromStr for ServerAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<ServerAddress, String> {
        ServerAddress::try_from(text.to_owned())
    }
}

impl From<ServerAddress> for String {
    fn from(address: ServerAddress) -> String {
        address.0
    }
}

/// The server makes a directory of this name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct StreamName(String);

impl TryFrom<String> for StreamName {
    type Error = String;

    fn try_from(text: String) -> Result<StreamName, String> {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        match (1..=64).contains(&text.len()) && text.bytes().all(letter) {
            true => Ok(StreamName(text)),
            false => Err(format!(
                "`{text}` is no name of a stream; those have 1 to 64 letters, digits, `_` and `-`"
            )),
        }
    }
}

impl From<StreamName> for String {
    fn from(name: StreamName) -> String {
        name.0
    }
}
