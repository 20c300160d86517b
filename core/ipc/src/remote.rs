//! The node as the connection's own thread sees it: Cap'n Proto's objects.

use std::cell::Cell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use capnp::capability::{FromTypelessPipeline, Request, Response};
use capnp::traits::{Owned, Pipelined};
use tokio::sync::OnceCell;

use crate::IpcError;
use crate::error::shown;
use crate::schema::{echo_capnp, init_capnp, mining_capnp, rpc_capnp};
use crate::server_threads::{MOST_THREADS, NoThread, ServerThread, ServerThreads};

/// Before the text of an error that the node itself has reported.
const FROM_THE_NODE: &str = "remote exception: ";

/// Waiting calls are told to end; a node that does not listen is left alone.
const LONGEST_INTERRUPT: Duration = Duration::from_secs(1);

/// The node at the other end of one connection.
pub(crate) struct Remote {
    pub(crate) path: PathBuf,
    init: init_capnp::init::Client,
    threads: Rc<ServerThreads>,
    mining: OnceCell<Mining>,
    echo: OnceCell<echo_capnp::echo::Client>,
    rpc: OnceCell<rpc_capnp::rpc::Client>,
    /// Does the node shut down, or do we end the connection?
    is_stopping: Cell<bool>,
    /// Calls that wait for a tip now.
    pub(crate) waiting: Cell<usize>,
}

/// The node's interface Mining.
pub(crate) struct Mining {
    pub(crate) client: mining_capnp::mining::Client,
    /// Bitcoin Core 30's: parameters of some methods have another form.
    pub(crate) is_of_core_30: bool,
}

impl Remote {
    /// Begins the conversation.
    pub(crate) async fn construct(
        path: PathBuf,
        init: init_capnp::init::Client,
    ) -> Result<Remote, IpcError> {
        // We offer no threads for calls back to us: there are none.
        let reply = init.construct_request().send().promise.await;
        let threads = reply.and_then(|reply| reply.get()?.get_thread_map());
        let threads = threads.map_err(|error| not_ipc(&path, &error))?;
        Ok(Remote {
            path,
            init,
            threads: ServerThreads::new(threads),
            mining: OnceCell::new(),
            echo: OnceCell::new(),
            rpc: OnceCell::new(),
            is_stopping: Cell::new(false),
            waiting: Cell::new(0),
        })
    }

    /// Answers when the node has loaded its chain.
    pub(crate) async fn mining(&self) -> Result<&Mining, IpcError> {
        let make = async || {
            const METHOD: &str = "Init.makeMining";
            let thread = self.thread().await?;
            let mut request = self.init.make_mining_request();
            thread.run(request.get().init_context());
            let reply = match request.send().promise.await {
                Err(error) if error.kind == capnp::ErrorKind::Unimplemented => {
                    return self.mining_of_core_30(&thread).await;
                }
                reply => reply.map_err(|error| self.failure(METHOD, 31, error))?,
            };
            // What a node answers that was told to stop before it had started.
            if reply.get().is_ok_and(|reply| !reply.has_result()) {
                return Err(self.stopping());
            }
            let client = reply.get().and_then(|reply| reply.get_result());
            Ok(Mining {
                client: client.map_err(|error| garbage(METHOD, &error))?,
                is_of_core_30: false,
            })
        };
        self.mining.get_or_try_init(make).await
    }

    async fn mining_of_core_30(&self, thread: &ServerThread) -> Result<Mining, IpcError> {
        const METHOD: &str = "Init.makeMining";
        let mut request = self.init.make_mining_of_core30_request();
        thread.run(request.get().init_context());
        let reply = self.send(METHOD, 30, request).await?;
        let client = reply.get().and_then(|reply| reply.get_result());
        Ok(Mining {
            client: client.map_err(|error| garbage(METHOD, &error))?,
            is_of_core_30: true,
        })
    }

    pub(crate) async fn echo(&self) -> Result<&echo_capnp::echo::Client, IpcError> {
        let make = async || {
            const METHOD: &str = "Init.makeEcho";
            let thread = self.thread().await?;
            let mut request = self.init.make_echo_request();
            thread.run(request.get().init_context());
            let reply = self.send(METHOD, 30, request).await?;
            let client = reply.get().and_then(|reply| reply.get_result());
            client.map_err(|error| garbage(METHOD, &error))
        };
        self.echo.get_or_try_init(make).await
    }

    pub(crate) async fn rpc(&self) -> Result<&rpc_capnp::rpc::Client, IpcError> {
        let make = async || {
            // Not in 31.0, but on the way to the version after it.
            const METHOD: &str = "Init.makeRpc";
            let thread = self.thread().await?;
            let mut request = self.init.make_rpc_request();
            thread.run(request.get().init_context());
            let reply = self.send(METHOD, 32, request).await?;
            let client = reply.get().and_then(|reply| reply.get_result());
            client.map_err(|error| garbage(METHOD, &error))
        };
        self.rpc.get_or_try_init(make).await
    }

    /// The node shuts down: from now on no call is made. Some of what they
    /// need is gone already, and a call that waits for it keeps the node from
    /// ever ending (`estimatesmartfee` waits for the scheduler).
    pub(crate) fn stopping(&self) -> IpcError {
        self.is_stopping.set(true);
        IpcError::Stopping
    }

    /// A thread of the node for a call, which has to follow without another wait.
    pub(crate) async fn thread(&self) -> Result<ServerThread, IpcError> {
        if self.is_stopping.get() {
            return Err(IpcError::Stopping);
        }
        let lent = self.threads.lend().await;
        if self.is_stopping.get() {
            return Err(IpcError::Stopping);
        }
        lent.map_err(|error| match error {
            NoThread::AllLent => IpcError::Stuck {
                waiting: MOST_THREADS,
            },
            NoThread::NotMade(error) => self.failure("ThreadMap.makeThread", 30, error),
        })
    }

    /// Makes a call, whose params are complete, of a method that Core has
    /// since version `since`.
    pub(crate) async fn send<P, R>(
        &self,
        method: &'static str,
        since: u32,
        request: Request<P, R>,
    ) -> Result<Response<R>, IpcError>
    where
        R: Pipelined + Owned + Unpin + 'static,
        R::Pipeline: FromTypelessPipeline,
    {
        let reply = request.send().promise.await;
        reply.map_err(|error| self.failure(method, since, error))
    }

    /// Why `method`, which Core has since version `since`, gave no answer.
    fn failure(&self, method: &'static str, since: u32, error: capnp::Error) -> IpcError {
        match (error.kind, error.extra.strip_prefix(FROM_THE_NODE)) {
            (capnp::ErrorKind::Unimplemented, _) => IpcError::Lacks { method, since },
            (_, Some(reason)) => IpcError::Failed {
                method,
                reason: shown(reason),
            },
            (capnp::ErrorKind::Failed | capnp::ErrorKind::Disconnected, None) => {
                IpcError::Disconnected {
                    path: self.path.clone(),
                    reason: shown(&error.extra),
                }
            }
            (_, None) => garbage(method, &error),
        }
    }

    /// Lets no call begin any more, and ends those that wait for a tip, so
    /// that the connection can end with nothing under way.
    pub(crate) async fn interrupt(&self) {
        self.is_stopping.set(true);
        let Some(mining) = self.mining.get().filter(|mining| !mining.is_of_core_30) else {
            return;
        };
        if self.waiting.get() > 0 {
            let interrupted = mining.client.interrupt_request().send().promise;
            // What fails here ends with the connection all the same.
            let _ = tokio::time::timeout(LONGEST_INTERRUPT, interrupted).await;
        }
    }
}

/// An answer that cannot be read.
pub(crate) fn garbage(method: &'static str, error: &capnp::Error) -> IpcError {
    IpcError::Garbage {
        method,
        reason: shown(&error.to_string()),
    }
}

/// The first answer was none.
fn not_ipc(path: &std::path::Path, error: &capnp::Error) -> IpcError {
    let reason = match error.kind {
        capnp::ErrorKind::Disconnected => "it closed the connection without an answer".to_owned(),
        _ => shown(&error.to_string()),
    };
    IpcError::NotIpc {
        path: path.to_owned(),
        reason,
    }
}
