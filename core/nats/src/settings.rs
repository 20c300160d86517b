//! What an operator says about the NATS server.

use std::path::PathBuf;
use std::time::Duration;

use crate::error::NatsError;

/// Events that the server has not confirmed may take so much memory, in bytes.
const BUFFER_BYTES: usize = 64 << 20;

/// How to reach the server, who we are there, and how events travel.
#[derive(Clone, Debug)]
pub struct NatsSettings {
    /// Addresses of one server or of the members of a cluster, tried in turn:
    /// `nats://host:4222`, with TLS `tls://host:4222`.
    pub servers: Vec<String>,
    /// Who we are.
    pub login: Login,
    /// Certificates (PEM) that may have signed the server's; the system's where absent.
    pub ca_file: Option<PathBuf>,
    /// With or without JetStream.
    pub mode: Mode,
    /// Memory for events that the server has not confirmed, in bytes. What does
    /// not fit is reduced or dropped, and counted.
    pub buffer_bytes: usize,
}

/// Who we are. Secrets stand in files that nobody else can read.
#[derive(Clone, Debug, Default)]
pub enum Login {
    /// The server asks nobody.
    #[default]
    Nobody,
    /// A user and the file with the password.
    Password {
        /// The user's name.
        user: String,
        /// The file with the password; space at its end is not part of it.
        password_file: PathBuf,
    },
    /// A file with a token.
    Token(PathBuf),
    /// A file with the seed of an nkey: `SU…`.
    NkeySeed(PathBuf),
    /// A credentials file, as `nsc` writes it: a JWT and the seed of its nkey.
    Credentials(PathBuf),
}

/// How events travel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Whoever listens receives them; losses are counted.
    #[default]
    Core,
    /// The server stores them: consumers continue where they stopped.
    JetStream(StreamSettings),
}

/// The stream that stores the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSettings {
    /// Its name on the server.
    pub name: String,
    /// The most that it stores, in bytes; the oldest events go first.
    pub max_bytes: u64,
    /// Events older than this go.
    pub max_age: Duration,
}

impl NatsSettings {
    /// The server at this address, without login, without JetStream.
    pub fn new(server: impl Into<String>) -> NatsSettings {
        NatsSettings {
            servers: vec![server.into()],
            login: Login::Nobody,
            ca_file: None,
            mode: Mode::Core,
            buffer_bytes: BUFFER_BYTES,
        }
    }

    /// The same with JetStream and the stream's default limits.
    pub fn jetstream(self) -> NatsSettings {
        NatsSettings {
            mode: Mode::JetStream(StreamSettings::default()),
            ..self
        }
    }
}

/// Can this be the address of a server?
///
/// # Errors
/// [`NatsError::Address`] where it cannot, or where a secret stands in it:
/// addresses are shown.
pub fn check_address(server: &str) -> Result<(), NatsError> {
    let refused = |shown: &str, cause: &str| NatsError::Address {
        server: shown.to_owned(),
        cause: cause.to_owned(),
    };
    let address: async_nats::ServerAddr = server
        .parse()
        .map_err(|cause: std::io::Error| refused(server, &cause.to_string()))?;
    if address.has_user_pass() {
        let cause = "user and secret belong into the configuration, as `user` and `secret_file`";
        return Err(refused(address.host(), cause));
    }
    match address.scheme() {
        "nats" | "tls" => Ok(()),
        _ => Err(refused(server, "only nats:// and tls:// are possible")),
    }
}

impl Default for StreamSettings {
    /// One day, 4 GiB at most.
    fn default() -> StreamSettings {
        StreamSettings {
            name: "peerobserver".to_owned(),
            max_bytes: 4 << 30,
            max_age: Duration::from_secs(24 * 60 * 60),
        }
    }
}
