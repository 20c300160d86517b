//! Accepts connections and answers on them, with a limit on everything that a
//! client could keep us waiting with.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use peer_observer_component::CancellationToken;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tracing::{debug, warn};

use super::connections::{Connection, Connections};
use super::listener::{Listener, Stream};
use crate::settings::Limits;

/// Head of a request, in bytes. Browsers send 1 to 2 KiB.
const LONGEST_HEAD: usize = 16 << 10;
const MOST_HEADERS: usize = 64;

/// Out of file descriptors, for instance: trying at once again would only spin.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);

/// Requests under way may take so long once shutdown has begun.
const LONGEST_SHUTDOWN: Duration = Duration::from_secs(5);

/// Serves until shutdown.
pub(crate) async fn serve(
    listener: Listener,
    router: Router,
    limits: &Limits,
    shutdown: &CancellationToken,
) {
    let connections = Connections::new(limits.connections);
    let mut tasks = JoinSet::new();
    let mut failing = false;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // Finished ones are taken out as they end.
            Some(_) = tasks.join_next() => continue,
            () = shutdown.cancelled() => break,
        };
        match accepted {
            Ok(stream) => {
                failing = false;
                let client = Client {
                    connection: Arc::new(connections.admit()),
                    longest_request: limits.request,
                    longest_head: limits.request_head,
                    shutdown: shutdown.clone(),
                };
                tasks.spawn(client.serve(stream, router.clone()));
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    warn!("cannot accept HTTP connections: {error}; trying on");
                }
                sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }
    drop(listener);
    let all = async { while tasks.join_next().await.is_some() {} };
    if timeout(LONGEST_SHUTDOWN, all).await.is_err() {
        debug!("closing connections whose clients do not read their replies");
    }
}

struct Client {
    connection: Arc<Connection>,
    longest_request: Duration,
    longest_head: Duration,
    shutdown: CancellationToken,
}

impl Client {
    async fn serve(self, stream: Stream, router: Router) {
        let connection = Arc::clone(&self.connection);
        let router = TowerToHyperService::new(router);
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            connection.used();
            answer(router.clone(), request)
        });
        let serving = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.longest_head)
            .max_header_size(LONGEST_HEAD)
            .max_headers(MOST_HEADERS)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut serving = std::pin::pin!(serving);
        let mut ending = false;
        loop {
            tokio::select! {
                served = serving.as_mut() => {
                    if let Err(error) = served {
                        debug!("HTTP connection: {error}");
                    }
                    return;
                }
                () = self.shutdown.cancelled(), if !ending => {
                    ending = true;
                    serving.as_mut().graceful_shutdown();
                }
                () = self.connection.has_to_go() => return,
                () = self.is_stalled() => return,
            }
        }
    }

    /// Waits until the last request is older than any may get.
    async fn is_stalled(&self) {
        while let Some(used) = self.connection.last_used() {
            let deadline = used + self.longest_request;
            if deadline <= Instant::now() {
                return;
            }
            sleep_until(deadline).await;
        }
    }
}

async fn answer(
    router: TowerToHyperService<Router>,
    request: hyper::Request<Incoming>,
) -> Result<axum::response::Response, Infallible> {
    router.call(request).await
}
