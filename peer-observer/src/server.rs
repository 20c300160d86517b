//! A running instance: where its websocket is, and the token that opens it.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_tungstenite::tungstenite::Error as WebsocketError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, HeaderValue};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::config::read_token_text;

/// Where the events are unless somebody names the whole address.
const EVENTS: &str = "/api/v1/events";

/// A websocket server on another machine, on this one, or on a Unix socket.
pub(crate) struct Server {
    place: Place,
    /// Without token where the server wants none.
    authorization: Option<HeaderValue>,
}

enum Place {
    /// `host:port`, and the path there.
    Tcp {
        authority: String,
        path: String,
    },
    Unix(PathBuf),
}

/// Either kind of connection.
pub(crate) type Stream = Box<dyn Duplex>;

/// Reads and writes.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

impl Server {
    /// The server at what somebody would type: `127.0.0.1:8480`, the page's
    /// address, the websocket's whole one, or `unix:/path`.
    pub(crate) fn new(text: &str, token_file: Option<&Path>) -> anyhow::Result<Server> {
        let authorization = match token_file {
            Some(file) => {
                let mut value =
                    HeaderValue::from_str(&format!("Bearer {}", read_token_text(file)?))
                        .context("the token cannot stand in a header")?;
                value.set_sensitive(true);
                Some(value)
            }
            None => None,
        };
        Ok(Server {
            place: place(text)?,
            authorization,
        })
    }

    /// Opens a websocket.
    pub(crate) async fn connect(&self) -> anyhow::Result<WebSocketStream<Stream>> {
        let (stream, url): (Stream, String) = match &self.place {
            Place::Tcp { authority, path } => {
                let stream = TcpStream::connect(with_port(authority)).await?;
                // Small frames must not wait for more; a socket that refuses works all the same.
                let _ = stream.set_nodelay(true);
                (Box::new(stream), format!("ws://{authority}{path}"))
            }
            Place::Unix(path) => {
                let stream = UnixStream::connect(path).await?;
                (Box::new(stream), format!("ws://localhost{EVENTS}"))
            }
        };
        let mut request = url.into_client_request()?;
        if let Some(authorization) = &self.authorization {
            let headers = request.headers_mut();
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        match client_async(request, stream).await {
            Ok((websocket, _)) => Ok(websocket),
            Err(WebsocketError::Http(response)) if response.status() == 401 => {
                bail!("the server wants its token: --token-file names the file with it")
            }
            Err(WebsocketError::Http(response)) => {
                bail!("the server answers {}", response.status())
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Tcp { authority, path } => write!(formatter, "ws://{authority}{path}"),
            Place::Unix(path) => write!(formatter, "unix:{}", path.display()),
        }
    }
}

fn place(text: &str) -> anyhow::Result<Place> {
    if let Some(path) = text.strip_prefix("unix:") {
        return Ok(Place::Unix(path.into()));
    }
    let rest = match text.split_once("://") {
        None => text,
        Some(("ws" | "http", rest)) => rest,
        Some((scheme, _)) => bail!("{text}: cannot speak {scheme}; use ws://HOST:PORT"),
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    if authority.is_empty() {
        bail!("{text}: no host in it; use ws://HOST:PORT");
    }
    let path = match path.trim_end_matches('/') {
        "" => EVENTS,
        path => path,
    };
    Ok(Place::Tcp {
        authority: authority.to_owned(),
        path: path.to_owned(),
    })
}

/// HTTP's own port where none is named.
fn with_port(authority: &str) -> String {
    let after_address = authority
        .rsplit_once(']')
        .map_or(authority, |(_, rest)| rest);
    match after_address.contains(':') {
        true => authority.to_owned(),
        false => format!("{authority}:80"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_understood() {
        let shown = |text: &str| Server::new(text, None).map(|server| server.to_string());
        for text in [
            "localhost:8480",
            "http://localhost:8480/",
            "ws://localhost:8480/api/v1/events",
        ] {
            assert_eq!(shown(text).unwrap(), "ws://localhost:8480/api/v1/events");
        }
        assert_eq!(shown("unix:/run/x").unwrap(), "unix:/run/x");
        assert!(shown("https://localhost").is_err() && shown("http://").is_err());
        assert_eq!(with_port("[::1]"), "[::1]:80");
        assert_eq!(with_port("[::1]:8480"), "[::1]:8480");
    }
}
