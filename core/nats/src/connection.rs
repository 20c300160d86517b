//! One connection, from its beginning to its end.
//!
//! The client library would connect again by itself, and lose what was on its
//! way without a word. We hold events until they are confirmed and send them
//! again in their order, so a connection that breaks has to end: with
//! everything that still waited in it.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::{Client, ConnectError, ConnectErrorKind, ConnectOptions, Event, ServerError};
use peer_observer_component::CancellationToken;

use crate::error::{NatsError, with_causes};
use crate::settings::{Login, NatsSettings, check_address};

/// A server that answers no ping for twice as long is gone.
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// Messages that may wait for us in one subscription; more are lost, and
/// counted by their sequence numbers.
const SUBSCRIPTION_CAPACITY: usize = 65_536;

/// Everybody else on the machine, in a file's mode.
const OTHERS: u32 = 0o007;

/// Nobody is there: where the library goes when it wants to connect again.
const NOWHERE: &str = "nats://127.0.0.1:0";

/// A connection that has not ended yet, or just has.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) server: String,
    end: End,
}

/// Why and that a connection has ended.
#[derive(Clone, Default)]
struct End {
    token: CancellationToken,
    cause: Arc<Mutex<Option<NatsError>>>,
}

impl End {
    /// The first cause counts.
    fn set(&self, cause: NatsError) {
        let mut known = self.cause.lock().unwrap_or_else(PoisonError::into_inner);
        known.get_or_insert(cause);
        self.token.cancel();
    }
}

impl Connection {
    /// Connects to the first server that takes us. `name` is what the server shows of us.
    pub(crate) async fn open(settings: &NatsSettings, name: &str) -> Result<Connection, NatsError> {
        let mut failure = None;
        for server in &settings.servers {
            match Connection::open_to(server, settings, name).await {
                Ok(connection) => return Ok(connection),
                Err(error) => failure = Some(error),
            }
        }
        Err(failure.unwrap_or_else(|| NatsError::Address {
            server: String::new(),
            cause: "there is none".to_owned(),
        }))
    }

    async fn open_to(
        server: &str,
        settings: &NatsSettings,
        name: &str,
    ) -> Result<Connection, NatsError> {
        check_address(server)?;
        let address: async_nats::ServerAddr =
            server
                .parse()
                .map_err(|cause: io::Error| NatsError::Address {
                    server: server.to_owned(),
                    cause: cause.to_string(),
                })?;
        let end = End::default();
        let options = options(settings).await?.name(name).event_callback({
            let (end, server) = (end.clone(), server.to_owned());
            move |event| {
                if let Some(cause) = fatal(&event, &server) {
                    end.set(cause);
                }
                std::future::ready(())
            }
        });
        let client = options
            .connect(address)
            .await
            .map_err(|error| refusal(&error, server))?;
        let lost = |cause: &dyn std::error::Error| NatsError::Lost {
            server: server.to_owned(),
            cause: with_causes(cause),
        };
        client
            .set_server_pool(NOWHERE)
            .await
            .map_err(|error| lost(&error))?;
        Ok(Connection {
            client,
            server: server.to_owned(),
            end,
        })
    }

    /// Waits for the end and says why.
    pub(crate) async fn ended(&self) -> NatsError {
        self.end.token.cancelled().await;
        let cause = self
            .end
            .cause
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Who cancels has set the cause before.
        cause.clone().unwrap_or_else(|| self.lost("unknown cause"))
    }

    /// Why the client takes no more commands: what is known of it, else `error`.
    pub(crate) async fn broken(&self, error: &(dyn std::error::Error + Sync)) -> NatsError {
        let grace = Duration::from_millis(100);
        match tokio::time::timeout(grace, self.ended()).await {
            Ok(cause) => cause,
            Err(_) => self.lost(&with_causes(error)),
        }
    }

    pub(crate) fn lost(&self, cause: &str) -> NatsError {
        NatsError::Lost {
            server: self.server.clone(),
            cause: cause.to_owned(),
        }
    }
}

async fn options(settings: &NatsSettings) -> Result<ConnectOptions, NatsError> {
    let options = ConnectOptions::new()
        .max_reconnects(1)
        .ignore_discovered_servers()
        .ping_interval(PING_INTERVAL)
        .subscription_capacity(SUBSCRIPTION_CAPACITY);
    let options = match &settings.ca_file {
        Some(path) => {
            // Read here too: the library would name neither file nor cause.
            text(path, "certificates in PEM format").await?;
            options.add_root_certificates(path.clone())
        }
        None => options,
    };
    Ok(match &settings.login {
        Login::Nobody => options,
        Login::Password {
            user,
            password_file,
        } => {
            let password = secret(password_file, "the password").await?;
            options.user_and_password(user.clone(), password)
        }
        Login::Token(path) => options.token(secret(path, "the token").await?),
        Login::NkeySeed(path) => options.nkey(secret(path, "the seed of an nkey, SU…").await?),
        Login::Credentials(path) => {
            let expected = "a JWT and the seed of its nkey, as `nsc` writes them";
            let text = secret(path, expected).await?;
            options
                .credentials(&text)
                .map_err(|error| NatsError::Secret {
                    path: path.clone(),
                    cause: error.to_string(),
                    expected,
                })?
        }
    })
}

/// What is in a file that other users may neither read nor change.
async fn secret(path: &Path, expected: &'static str) -> Result<String, NatsError> {
    let secret = text(path, expected).await?;
    let about = tokio::fs::metadata(path).await;
    if about.is_ok_and(|about| about.permissions().mode() & OTHERS != 0) {
        return Err(NatsError::Exposed {
            path: path.to_owned(),
        });
    }
    Ok(secret)
}

async fn text(path: &Path, expected: &'static str) -> Result<String, NatsError> {
    let failure = |cause: String| NatsError::Secret {
        path: path.to_owned(),
        cause,
        expected,
    };
    let text = tokio::fs::read_to_string(path)
        .await
        .map_err(|error| failure(error.to_string()))?;
    match text.trim_end() {
        "" => Err(failure("it is empty".to_owned())),
        text => Ok(text.to_owned()),
    }
}

/// Why the server did not take us.
fn refusal(error: &ConnectError, server: &str) -> NatsError {
    let (server, cause) = (server.to_owned(), with_causes(error));
    match error.kind() {
        ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
            NatsError::Unauthorized { server }
        }
        ConnectErrorKind::Tls => NatsError::Tls { server, cause },
        // What the other side shows in the handshake comes as an I/O error.
        ConnectErrorKind::Io if cause.contains("certificate") => NatsError::Tls { server, cause },
        ConnectErrorKind::ServerParse => NatsError::Address { server, cause },
        _ => NatsError::Unreachable { server, cause },
    }
}

/// The end of a connection, where this is one.
fn fatal(event: &Event, server: &str) -> Option<NatsError> {
    let server = server.to_owned();
    let lost = |cause: &str| NatsError::Lost {
        server: server.clone(),
        cause: cause.to_owned(),
    };
    match event {
        Event::Disconnected | Event::Closed => {
            Some(lost("the server closed it or cannot be reached"))
        }
        Event::ServerError(ServerError::AuthorizationViolation) => {
            Some(NatsError::Unauthorized { server })
        }
        Event::ServerError(ServerError::Other(text)) => {
            Some(not_permitted(text).unwrap_or_else(|| lost(text)))
        }
        _ => None,
    }
}

/// `Permissions Violation for Publish to "subject"`.
fn not_permitted(text: &str) -> Option<NatsError> {
    let (_, what) = text.split_once("Permissions Violation for ")?;
    let (action, subject) = what.split_once(" to ")?;
    Some(NatsError::NotPermitted {
        action: match action {
            "Publish" => "publish to",
            _ => "subscribe to",
        },
        subject: subject.trim_matches('"').to_owned(),
    })
}
