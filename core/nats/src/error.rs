//! What can go wrong between us and the server, and what to do about it.

use std::error::Error;
use std::path::PathBuf;

/// Why there is no link with the server. All but [`NatsError::is_lasting`] are tried again.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NatsError {
    /// Nobody answers there.
    #[error(
        "cannot reach the NATS server {server}: {cause}; is it running, and is the address right?"
    )]
    Unreachable {
        /// Its address.
        server: String,
        /// What the system said.
        cause: String,
    },
    /// The address is none.
    #[error(
        "{server:?} is no address of a NATS server: {cause}; write nats://host:4222 or tls://host:4222"
    )]
    Address {
        /// What stands in the settings.
        server: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The server does not let us in.
    #[error(
        "the NATS server {server} refuses our login; check user, password, token or key against its configuration"
    )]
    Unauthorized {
        /// Its address.
        server: String,
    },
    /// A file with a secret cannot be used.
    #[error("cannot use {path}: {cause}; it should hold {expected}")]
    Secret {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: String,
        /// What belongs into it.
        expected: &'static str,
    },
    /// A file with a secret is none.
    #[error("every user may read or change {path}: run chmod o= {path}")]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// TLS failed.
    #[error(
        "no TLS with the NATS server {server}: {cause}; does ca_file hold the certificate that signed the server's, and is the server's for this host name?"
    )]
    Tls {
        /// Its address.
        server: String,
        /// What TLS said.
        cause: String,
    },
    /// The server does not let us use a subject.
    #[error(
        "the NATS server does not permit us to {action} {subject:?}; allow that in the permissions of our user"
    )]
    NotPermitted {
        /// `publish to` or `subscribe to`.
        action: &'static str,
        /// The subject.
        subject: String,
    },
    /// The connection broke.
    #[error("the connection to the NATS server {server} broke: {cause}")]
    Lost {
        /// Its address.
        server: String,
        /// What is known of the cause.
        cause: String,
    },
    /// The connection stands, but the server confirms nothing.
    #[error(
        "the NATS server {server} has confirmed nothing for {seconds} s; is it overloaded, or its disk?"
    )]
    Silent {
        /// Its address.
        server: String,
        /// How long, in seconds.
        seconds: u64,
    },
    /// The server has no JetStream.
    #[error(
        "the NATS server {server} (version {version}) offers no JetStream; it needs version 2.9 or later and `jetstream {{}}` in its configuration"
    )]
    NoJetStream {
        /// Its address.
        server: String,
        /// What it calls itself.
        version: String,
    },
    /// The stream takes nothing more.
    #[error(
        "the stream {stream:?} on the NATS server is full: {cause}; raise the server's max_file_store, or lower max_bytes of the stream"
    )]
    Full {
        /// Its name.
        stream: String,
        /// What the server said.
        cause: String,
    },
    /// There is no such stream or consumer any more.
    #[error("the stream {stream:?} on the NATS server has gone ({cause}); it is made again")]
    Gone {
        /// Its name.
        stream: String,
        /// What was seen of that.
        cause: String,
    },
    /// The server refuses something else of JetStream.
    #[error("the NATS server refuses {what}: {cause}")]
    Refused {
        /// What was asked for.
        what: String,
        /// What it said.
        cause: String,
    },
}

impl NatsError {
    /// It stays as it is until somebody changes our settings.
    pub fn is_lasting(&self) -> bool {
        matches!(self, NatsError::Address { .. })
    }
}

/// An error with all its causes, each once.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}
