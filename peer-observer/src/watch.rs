//! `watch`: the events of a running instance, over its websocket.

use std::io::{Stdout, stdout};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::{SinkExt, StreamExt};
use peer_observer_event::Filter;
use peer_observer_watch::{Output, Step};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::cli::WatchArgs;
use crate::config::{BusSource, Config};
use crate::frames::Decoder;
use crate::printing;
use crate::server::{Server, Stream};
use crate::signals::Signals;
use crate::wiring::block_on;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_BACK_OFF: Duration = Duration::from_secs(1);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(30);
/// A connection that has lasted so long is tried again at once-ish when it breaks.
const GOOD_LIFE: Duration = Duration::from_secs(30);
/// The server pings every 20 s; silence for longer than this is an interruption.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

type Websocket = WebSocketStream<Stream>;

/// Prints until a signal comes, enough has been printed or the reader goes away.
pub(crate) fn watch(arguments: &WatchArgs) -> anyhow::Result<()> {
    let server = server(arguments)?;
    block_on(async {
        let mut signals = Signals::new()?;
        let filter = arguments.print.filter();
        let mut output = Output::new(printing::settings(&arguments.print), stdout());
        let watched = tokio::select! {
            watched = watch_for_ever(&server, &filter, &mut output) => watched,
            _ = signals.next() => Ok(()),
        };
        output.finish()?;
        watched
    })
}

/// The instance that the command line or the configuration names.
fn server(arguments: &WatchArgs) -> anyhow::Result<Server> {
    let (text, configured_token_file) = match &arguments.url {
        Some(url) => (url.clone(), None),
        None => {
            let http =
                Config::load_or_default(arguments.config.as_deref(), BusSource::default())?.http;
            (http.listen().to_string(), http.token_file)
        }
    };
    let token_file = arguments.token_file.as_ref();
    let token_file = token_file.or(configured_token_file.as_ref());
    Server::new(&text, token_file.map(PathBuf::as_path))
}

/// Ends when the output does, or on an error that trying again does not help.
async fn watch_for_ever(
    server: &Server,
    filter: &Filter,
    output: &mut Output<Stdout>,
) -> anyhow::Result<()> {
    let mut websocket = connect(server, filter).await.with_context(|| {
        format!(
            "cannot watch {server}; is `peer-observer run` running there? --url names another place"
        )
    })?;
    let mut back_off = FIRST_BACK_OFF;
    loop {
        let began = Instant::now();
        let interruption = match receive(&mut websocket, output).await? {
            Ended::Output => return Ok(()),
            Ended::Connection(why) => why,
        };
        if began.elapsed() > GOOD_LIFE {
            back_off = FIRST_BACK_OFF;
        }
        eprintln!("peer-observer: the stream is interrupted ({interruption}); trying again");
        websocket = loop {
            sleep(back_off).await;
            back_off = (back_off * 2).min(LONGEST_BACK_OFF);
            match connect(server, filter).await {
                Ok(websocket) => break websocket,
                Err(error) => tracing::debug!("{error:#}"),
            }
        };
        eprintln!("peer-observer: the stream goes on; what happened meanwhile is missing");
    }
}

async fn connect(server: &Server, filter: &Filter) -> anyhow::Result<Websocket> {
    let connected = timeout(CONNECT_TIMEOUT, server.connect()).await;
    let mut websocket = connected.context("no answer in 10 s")??;
    let request = json!({"events": filter, "format": "protobuf"}).to_string();
    websocket
        .send(Message::text(request))
        .await
        .context("cannot say what is wanted")?;
    Ok(websocket)
}

enum Ended {
    /// Enough was printed, or nobody reads it any more.
    Output,
    /// Why there is nothing more.
    Connection(String),
}

/// A text frame of the server, see docs/api.md. Others are of no interest here.
#[derive(Deserialize)]
struct Frame {
    missed: Option<u64>,
    error: Option<String>,
}

async fn receive(websocket: &mut Websocket, output: &mut Output<Stdout>) -> anyhow::Result<Ended> {
    loop {
        let message = match timeout(LONGEST_SILENCE, websocket.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => return Ok(Ended::Connection(error.to_string())),
            Ok(None) => return Ok(Ended::Connection("the server has closed it".to_owned())),
            Err(_) => return Ok(Ended::Connection("nothing came for a minute".to_owned())),
        };
        let step = match message {
            Message::Binary(bytes) => {
                let mut decoder = Decoder::default();
                decoder.push(&bytes);
                let mut step = Step::GoOn;
                while let (Step::GoOn, Some((event, _))) = (step, decoder.next_event()?) {
                    step = output.event(&event)?;
                }
                if output.flush()? == Step::End {
                    Step::End
                } else {
                    step
                }
            }
            Message::Text(text) => {
                let frame: Frame = serde_json::from_str(&text)
                    .context("the server sends what this version does not understand")?;
                if let Some(error) = frame.error {
                    bail!("the server refuses: {error}");
                }
                frame
                    .missed
                    .map_or(Ok(Step::GoOn), |count| output.missed(count))?
            }
            Message::Close(_) => return Ok(Ended::Connection("the server ends".to_owned())),
            _ => Step::GoOn,
        };
        if step == Step::End {
            return Ok(Ended::Output);
        }
    }
}
