//! A connection's own thread: Cap'n Proto's objects cannot leave it.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use capnp::message::ReaderOptions;
use capnp_rpc::rpc_twoparty_capnp::Side;
use capnp_rpc::{RpcSystem, twoparty};
use tokio::io::BufReader;
use tokio::net::UnixStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinSet, LocalSet, spawn_local};
use tokio::time::timeout;
use tokio_util::compat::{TokioAsyncReadCompatExt, TokioAsyncWriteCompatExt};

use crate::error::shown;
use crate::remote::Remote;
use crate::schema::init_capnp::init;
use crate::{IpcError, Limits};

/// More calls are not taken at once; others wait for their turn.
const MOST_CALLS: usize = 64;

/// Calls that are under way when the connection is to end get so long.
const LONGEST_END: Duration = Duration::from_secs(2);

/// What the thread is told.
pub(crate) enum Command {
    /// Make a call; says itself what came of it.
    Call(Call),
    /// End the connection.
    Close,
}

pub(crate) type Call = Box<dyn FnOnce(Rc<Remote>) -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// The ends of the channels that the thread has.
pub(crate) struct Channels {
    pub(crate) commands: mpsc::Receiver<Command>,
    /// Whether there is a connection.
    pub(crate) ready: oneshot::Sender<Result<(), IpcError>>,
    /// Why the connection has ended. Dropped at the thread's end.
    pub(crate) ended: watch::Sender<Option<IpcError>>,
}

/// Starts the thread, which connects.
pub(crate) fn start(path: PathBuf, limits: Limits, channels: Channels) -> io::Result<()> {
    let body = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        match runtime {
            Ok(runtime) => LocalSet::new().block_on(&runtime, live(path, limits, channels)),
            Err(error) => {
                let reason = error.to_string();
                // Who wanted to connect may have gone.
                let _ = channels.ready.send(Err(IpcError::NoThread { reason }));
            }
        }
    };
    thread::Builder::new().name("ipc".to_owned()).spawn(body)?;
    Ok(())
}

/// From connecting to the end.
async fn live(path: PathBuf, limits: Limits, channels: Channels) {
    let Channels {
        mut commands,
        ready,
        ended,
    } = channels;
    let stream = match connect(&path, limits).await {
        Ok(stream) => stream,
        Err(error) => return drop(ready.send(Err(error))),
    };
    let (reader, writer) = stream.into_split();
    let mut options = ReaderOptions::new();
    // An answer is gone through twice: by the protocol and by us.
    options.traversal_limit_in_words(Some(limits.reply_bytes.div_ceil(8).saturating_mul(2)));
    let network = twoparty::VatNetwork::new(
        BufReader::new(reader).compat(),
        writer.compat_write(),
        Side::Client,
        options,
    );
    let mut system = RpcSystem::new(Box::new(network), None);
    let init: init::Client = system.bootstrap(Side::Server);
    let disconnector = system.get_disconnector();
    let ended = Rc::new(ended);
    spawn_local(watch_end(system, path.clone(), Rc::clone(&ended)));

    let constructed = timeout(
        limits.connect_timeout,
        Remote::construct(path.clone(), init),
    );
    let remote = constructed.await.unwrap_or_else(|_| {
        let after = limits.connect_timeout;
        Err(IpcError::NotIpc {
            path: path.clone(),
            reason: format!("no answer within {after:?}; a node that is stuck gives none either"),
        })
    });
    match remote {
        Ok(remote) => {
            if ready.send(Ok(())).is_ok() {
                serve(Rc::new(remote), &mut commands).await;
            }
        }
        Err(error) => drop(ready.send(Err(error))),
    }
    say_end(&ended, path, "we have closed it");
    let _ = timeout(LONGEST_END, disconnector).await;
}

async fn connect(path: &Path, limits: Limits) -> Result<UnixStream, IpcError> {
    let connected = timeout(limits.connect_timeout, UnixStream::connect(path)).await;
    connected
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        .map_err(|error| IpcError::connecting(path.to_owned(), &error))
}

/// Says when and why the connection has ended.
async fn watch_end(
    system: RpcSystem<Side>,
    path: PathBuf,
    ended: Rc<watch::Sender<Option<IpcError>>>,
) {
    let reason = match system.await {
        Ok(()) => "end of stream".to_owned(),
        Err(error) => shown(&error.to_string()),
    };
    say_end(&ended, path, &reason);
}

/// Says how the connection ends, unless that is known.
fn say_end(ended: &watch::Sender<Option<IpcError>>, path: PathBuf, reason: &str) {
    ended.send_if_modified(|known| {
        let is_new = known.is_none();
        if is_new {
            let reason = reason.to_owned();
            *known = Some(IpcError::Disconnected { path, reason });
        }
        is_new
    });
}

/// Makes the calls, until nobody has any more.
async fn serve(remote: Rc<Remote>, commands: &mut mpsc::Receiver<Command>) {
    let mut calls = JoinSet::new();
    loop {
        tokio::select! {
            command = commands.recv(), if calls.len() < MOST_CALLS => match command {
                Some(Command::Call(call)) => drop(calls.spawn_local(call(Rc::clone(&remote)))),
                Some(Command::Close) | None => break,
            },
            Some(_) = calls.join_next() => {}
        }
    }
    // A connection that ends in the middle of a call has made nodes crash.
    remote.interrupt().await;
    let all = async { while calls.join_next().await.is_some() {} };
    let _ = timeout(LONGEST_END, all).await;
}
