//! How calls get to the node: over HTTP, or over IPC as `Rpc.executeRpc`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use peer_observer_ipc::{IpcClient, IpcError, Limits};
use peer_observer_node::{Node, RpcClient, RpcError, RpcLimits, rpc_request, rpc_result};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::RpcTransport;
use crate::failure::CallFailure;

/// Of all methods' connection: as large as [`RpcLimits::default`] lets a reply be.
const LARGEST_REPLY: usize = 64 << 20;

/// A node that answers at all says its tip within this time; one that is
/// starting does not yet.
const LONGEST_FIRST_ANSWER: Duration = Duration::from_secs(2);

/// The node answers so often that nothing has changed.
const LOOKOUT: Duration = Duration::from_secs(30);

/// How calls get to the node. Clones share what they have open.
#[derive(Clone)]
pub(crate) enum Transport {
    Http,
    Ipc {
        /// Found from the node where it is not given.
        socket: Option<PathBuf>,
        /// One connection for all methods.
        connection: Arc<Mutex<Option<Connection>>>,
    },
}

pub(crate) struct Connection {
    client: IpcClient,
    /// Empty before the node has loaded its chain. Ends with the connection.
    lookout: JoinSet<()>,
}

impl Transport {
    pub(crate) fn new(settings: &RpcTransport) -> Transport {
        match settings {
            RpcTransport::Http => Transport::Http,
            RpcTransport::Ipc { socket } => Transport::Ipc {
                socket: socket.clone(),
                connection: Arc::default(),
            },
        }
    }

    /// Calls `node`, each call within `limits`.
    pub(crate) fn caller(&self, node: &Node, limits: RpcLimits) -> Caller {
        Caller {
            http: RpcClient::with_limits(node, limits),
            transport: self.clone(),
        }
    }

    /// Ends what is open, with nothing under way in the node.
    pub(crate) async fn close(&self) {
        if let Transport::Ipc { connection, .. } = self
            && let Some(connection) = connection.lock().await.take()
        {
            connection.client.close().await;
        }
    }
}

/// Calls one node's methods.
#[derive(Clone)]
pub(crate) struct Caller {
    /// Knows node and limits in any case.
    http: RpcClient,
    transport: Transport,
}

impl Caller {
    /// Calls `method`; the result as the node wrote it.
    pub(crate) async fn call(
        &self,
        method: &str,
        params: Value,
    ) -> Result<Box<RawValue>, CallFailure> {
        let Transport::Ipc { socket, connection } = &self.transport else {
            return Ok(self.http.call(method, params).await?);
        };
        let client = self.connected(socket.as_ref(), connection).await?;
        let limits = self.http.limits();
        let answer = client
            .execute_rpc(
                rpc_request(method, params),
                limits.reply_bytes,
                limits.call_timeout,
            )
            .await?;
        Ok(rpc_result(method, &answer)?)
    }

    /// Where the node answers, for people.
    pub(crate) async fn place(&self) -> String {
        match &self.transport {
            Transport::Http => {
                format!(
                    "its RPC server answers at {}",
                    self.http.node().rpc_address()
                )
            }
            Transport::Ipc { connection, .. } => match &*connection.lock().await {
                Some(Connection { client, .. }) => {
                    format!("it answers over IPC at {}", client.path().display())
                }
                None => "it answers over IPC".to_owned(),
            },
        }
    }

    /// The connection that all methods share, made anew where it has ended.
    async fn connected(
        &self,
        socket: Option<&PathBuf>,
        connection: &Mutex<Option<Connection>>,
    ) -> Result<IpcClient, CallFailure> {
        let mut slot = connection.lock().await;
        let open = slot.take().filter(|known| known.client.is_open());
        let connection = match open {
            Some(open) => slot.insert(open),
            None => slot.insert(self.connect(socket).await?),
        };
        if connection.lookout.is_empty() {
            // A node that is starting or stopping answers RPC calls over IPC,
            // but what they are about is not there yet, or not any more.
            match connection.client.tip(LONGEST_FIRST_ANSWER).await {
                Ok(_) => {
                    _ = connection
                        .lookout
                        .spawn(look_out(connection.client.clone()))
                }
                // The connection stays: the node is at it.
                Err(IpcError::Timeout { .. }) => {
                    let message = "it has not loaded its chain yet".to_owned();
                    return Err(RpcError::StartingUp { message }.into());
                }
                Err(error) => {
                    *slot = None;
                    return Err(error.into());
                }
            }
        }
        Ok(connection.client.clone())
    }

    async fn connect(&self, socket: Option<&PathBuf>) -> Result<Connection, CallFailure> {
        let limits = Limits {
            connect_timeout: self.http.limits().connect_timeout,
            reply_bytes: LARGEST_REPLY,
        };
        let client = IpcClient::connect(&self.socket(socket).await?, limits).await?;
        Ok(Connection {
            client,
            lookout: JoinSet::new(),
        })
    }

    async fn socket(&self, given: Option<&PathBuf>) -> Result<PathBuf, CallFailure> {
        if let Some(socket) = given {
            return Ok(socket.clone());
        }
        let node = self.http.node().clone();
        let found = tokio::task::spawn_blocking(move || node.ipc_socket().path()).await;
        // The closure is not cancelled, so only a panic gets here; it goes on where it belongs.
        let found = found.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        found.map_err(|address| CallFailure::NoUnixSocket { address })
    }
}

/// Hears at once when the node begins to shut down: then no call is made any
/// more over this connection, and none keeps the node from ending.
async fn look_out(client: IpcClient) {
    let mut tip = [0; 32];
    loop {
        match client.wait_tip_changed(tip, LOOKOUT).await {
            Ok(changed) => tip = changed.hash,
            Err(IpcError::Timeout { .. }) => {}
            Err(_) => return,
        }
    }
}
