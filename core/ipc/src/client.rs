//! The client, for any task on any thread.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::connection::{self, Channels, Command};
use crate::remote::Remote;
use crate::{BlockRef, BlockTemplate, IpcError, Limits};

/// From the answer of the node that has waited to the answer here.
const ON_TOP_OF_WAITING: Duration = Duration::from_secs(10);

/// A connection ends within this time.
const LONGEST_CLOSE: Duration = Duration::from_secs(8);

/// A connection to a node's IPC socket. Clones share it; it ends when the last
/// one is dropped, or with [`IpcClient::close`]. It does not connect again.
///
/// A call fails with [`IpcError::Timeout`] when it is not answered in time and
/// with [`IpcError::Disconnected`] when the connection ends.
#[derive(Clone, Debug)]
pub struct IpcClient {
    path: PathBuf,
    commands: mpsc::Sender<Command>,
    ended: watch::Receiver<Option<IpcError>>,
}

impl IpcClient {
    /// Connects to the socket at `path`.
    ///
    /// # Errors
    /// [`IpcError::NoSocket`], [`IpcError::PermissionDenied`],
    /// [`IpcError::Refused`], [`IpcError::CannotConnect`];
    /// [`IpcError::NotIpc`] when who listens there does not speak the protocol.
    pub async fn connect(path: &Path, limits: Limits) -> Result<IpcClient, IpcError> {
        let (commands, received) = mpsc::channel(1);
        let (ready, is_ready) = oneshot::channel();
        let (ended_sender, ended) = watch::channel(None);
        let channels = Channels {
            commands: received,
            ready,
            ended: ended_sender,
        };
        connection::start(path.to_owned(), limits, channels).map_err(|error| {
            IpcError::NoThread {
                reason: error.to_string(),
            }
        })?;
        let client = IpcClient {
            path: path.to_owned(),
            commands,
            ended,
        };
        is_ready.await.unwrap_or_else(|_| Err(client.end()))?;
        Ok(client)
    }

    /// The socket.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Has the connection not ended yet?
    pub fn is_open(&self) -> bool {
        self.ended.borrow().is_none() && !self.commands.is_closed()
    }

    /// Waits until the connection has ended, and says how.
    pub async fn closed(&self) -> IpcError {
        let mut ended = self.ended.clone();
        // An error means that the connection's thread has ended, and it with it.
        let _ = ended.wait_for(Option::is_some).await;
        self.end()
    }

    /// Ends the connection for all clones, with nothing under way where the
    /// node lets us, and waits for that.
    pub async fn close(&self) {
        let close = async {
            if self.commands.send(Command::Close).await.is_ok() {
                let mut ended = self.ended.clone();
                while ended.changed().await.is_ok() {}
            }
        };
        // A node that is stuck may keep its side open.
        let _ = timeout(LONGEST_CLOSE, close).await;
    }

    /// The chain's tip (`Mining.getTip`); `None` while there is no block at
    /// all. Answered when the node has loaded its chain.
    pub async fn tip(&self, within: Duration) -> Result<Option<BlockRef>, IpcError> {
        let call = async |remote: Rc<Remote>| remote.tip().await;
        self.call("Mining.getTip", within, call).await
    }

    /// Waits until the chain's tip is another than `current`
    /// (`Mining.waitTipChanged`), and gives the tip then: blocks in quick
    /// succession are told as one. After `wait` it gives the tip as it is.
    ///
    /// # Errors
    /// [`IpcError::Stopping`] when the node shuts down, and from then on at
    /// every call. Who calls anything that takes a while should always wait
    /// for the tip beside it: a node answers RPC calls over IPC to the very
    /// end, and some of them then keep it from ending.
    pub async fn wait_tip_changed(
        &self,
        current: [u8; 32],
        wait: Duration,
    ) -> Result<BlockRef, IpcError> {
        let call = async move |remote: Rc<Remote>| remote.wait_tip_changed(current, wait).await;
        let within = wait + ON_TOP_OF_WAITING;
        self.call("Mining.waitTipChanged", within, call).await
    }

    /// Is the node far behind the chain that it knows of
    /// (`Mining.isInitialBlockDownload`)?
    pub async fn is_initial_block_download(&self, within: Duration) -> Result<bool, IpcError> {
        let call = async |remote: Rc<Remote>| remote.is_initial_block_download().await;
        self.call("Mining.isInitialBlockDownload", within, call)
            .await
    }

    /// How long the node takes to send something back (`Echo.echo`).
    pub async fn echo(&self, within: Duration) -> Result<Duration, IpcError> {
        let call = async |remote: Rc<Remote>| remote.measure_echo().await;
        self.call("Echo.echo", within, call).await
    }

    /// The block that the node would mine now (`Mining.createNewBlock`).
    pub async fn block_template(&self, within: Duration) -> Result<BlockTemplate, IpcError> {
        let call = async |remote: Rc<Remote>| remote.block_template().await;
        self.call("Mining.createNewBlock", within, call).await
    }

    /// Hands a JSON-RPC request to the node (`Rpc.executeRpc`) as the user
    /// `peer-observer`; its answer as it stands, of at most `limit_bytes`.
    /// `null` is the answer to what `rpcwhitelist=` forbids this user.
    pub async fn execute_rpc(
        &self,
        request: String,
        limit_bytes: usize,
        within: Duration,
    ) -> Result<String, IpcError> {
        let call = async move |remote: Rc<Remote>| remote.execute_rpc(&request, limit_bytes).await;
        self.call("Rpc.executeRpc", within, call).await
    }

    /// Makes a call on the connection's thread. When its time is up, the call
    /// goes on there: see the crate's documentation.
    async fn call<T: Send + 'static>(
        &self,
        method: &'static str,
        within: Duration,
        call: impl AsyncFnOnce(Rc<Remote>) -> Result<T, IpcError> + Send + 'static,
    ) -> Result<T, IpcError> {
        let (answer, answered) = oneshot::channel();
        let call = Box::new(move |remote| {
            let call = async move {
                // Nobody may be waiting any more.
                let _ = answer.send(call(remote).await);
            };
            Box::pin(call) as _
        });
        let attempt = async {
            if self.commands.send(Command::Call(call)).await.is_err() {
                return Err(self.end());
            }
            answered.await.unwrap_or_else(|_| Err(self.end()))
        };
        let timed_out = Err(IpcError::Timeout {
            method,
            after: within,
        });
        timeout(within, attempt).await.unwrap_or(timed_out)
    }

    /// How the connection has ended.
    fn end(&self) -> IpcError {
        self.ended
            .borrow()
            .clone()
            .unwrap_or_else(|| IpcError::Disconnected {
                path: self.path.clone(),
                reason: "the thread that served it has ended".to_owned(),
            })
    }
}
