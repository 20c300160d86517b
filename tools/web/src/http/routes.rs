//! The routes, see `docs/api.md`.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use serde::{Deserialize, Serialize};
use tower_http::compression::predicate::{Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use super::assets;
use super::error::{HttpError, quote};
use super::guard::{Entrance, guard};
use crate::app::{App, ComponentRow, NodeReply};
use crate::view::{
    ChainEntries, FleetReply, HistoryRow, LogDetailsRow, NodesReply, PeerReply, PeersReply,
    TotalsReply, VitalsRow,
};
use crate::websocket;

type Shared = State<Arc<App>>;

/// Below this size, in bytes, compression saves no packet.
const SMALLEST_TO_COMPRESS: u64 = 1024;

const COMPRESSED_TYPES: [&str; 3] = ["application/json", "text/javascript", "text/html"];

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The older text format, which everything can read and browsers show.
const PLAIN_METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All routes, or those for machines alone, behind the checks that every
/// request has to pass.
pub(crate) fn router(app: Arc<App>, entrance: Entrance, metrics_only: bool) -> Router {
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(SMALLEST_TO_COMPRESS).and(is_compressed_type));
    let mut routes = Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready));
    if !metrics_only {
        routes = routes
            .route("/api/v1/node", get(node))
            .route("/api/v1/peers", get(peers))
            .route("/api/v1/peers/{node}/{peer_id}", get(peer))
            .route("/api/v1/totals", get(totals))
            .route("/api/v1/vitals", get(vitals))
            .route("/api/v1/history", get(history))
            .route("/api/v1/chain", get(chain))
            .route("/api/v1/log", get(log))
            .route("/api/v1/fleet", get(fleet))
            .fallback(assets::serve);
    }
    routes = routes.layer(compression);
    if !metrics_only {
        // Behind the compression, which must not touch a websocket.
        routes = routes.route("/api/v1/events", get(websocket::upgrade));
    }
    routes
        .layer(middleware::from_fn_with_state(Arc::new(entrance), guard))
        .with_state(app)
}

fn is_compressed_type(
    _: StatusCode,
    _: axum::http::Version,
    headers: &HeaderMap,
    _: &axum::http::Extensions,
) -> bool {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    content_type.is_some_and(|found| COMPRESSED_TYPES.iter().any(|kind| found.starts_with(kind)))
}

async fn metrics(
    State(app): Shared,
    headers: HeaderMap,
) -> Result<([(HeaderName, &'static str); 1], String), HttpError> {
    let Some(metrics) = &app.metrics else {
        return Err(HttpError::not_found("the metrics tool is not configured"));
    };
    let accepted = headers.get_all(header::ACCEPT).iter();
    let mut accepted = accepted.filter_map(|value| value.to_str().ok());
    let (kind, text) = if accepted.any(|kinds| kinds.contains("application/openmetrics-text")) {
        (OPEN_METRICS, metrics.text())
    } else {
        (PLAIN_METRICS, metrics.plain_text())
    };
    Ok(([(header::CONTENT_TYPE, kind)], text))
}

#[derive(Serialize)]
struct ReadyReply {
    ready: bool,
    components: Vec<ComponentRow>,
}

async fn ready(State(app): Shared) -> Response {
    let ready = app.health.is_ready();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        Json(ReadyReply {
            ready,
            components: app.components(),
        }),
    )
        .into_response()
}

async fn node(State(app): Shared) -> Json<NodeReply> {
    Json(app.node_reply())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeQuery {
    node: Option<String>,
}

impl NodeQuery {
    /// The named node's reply, 404 where it is not known.
    fn answer<T>(
        query: Result<Query<NodeQuery>, QueryRejection>,
        reply: impl FnOnce(Option<&str>) -> Option<T>,
    ) -> Result<Json<T>, HttpError> {
        let Query(NodeQuery { node }) =
            query.map_err(|rejection| HttpError::new(rejection.status(), rejection.body_text()))?;
        let name = node.as_deref();
        reply(name)
            .map(Json)
            .ok_or_else(|| no_such_node(name.unwrap_or_default()))
    }
}

fn no_such_node(name: &str) -> HttpError {
    HttpError::not_found(format!("no node {}", quote(name.as_bytes())))
}

async fn peers(
    State(app): Shared,
    query: Result<Query<NodeQuery>, QueryRejection>,
) -> Result<Json<PeersReply>, HttpError> {
    NodeQuery::answer(query, |node| app.peers_reply(node))
}

async fn totals(
    State(app): Shared,
    query: Result<Query<NodeQuery>, QueryRejection>,
) -> Result<Json<TotalsReply>, HttpError> {
    NodeQuery::answer(query, |node| app.totals_reply(node))
}

async fn vitals(
    State(app): Shared,
    query: Result<Query<NodeQuery>, QueryRejection>,
) -> Result<Json<NodesReply<VitalsRow>>, HttpError> {
    NodeQuery::answer(query, |node| app.view().vitals(node))
}

async fn history(
    State(app): Shared,
    query: Result<Query<NodeQuery>, QueryRejection>,
) -> Result<Json<NodesReply<HistoryRow>>, HttpError> {
    NodeQuery::answer(query, |node| app.view().history(node))
}

async fn chain(
    State(app): Shared,
    query: Result<Query<NodeQuery>, QueryRejection>,
) -> Result<Json<NodesReply<ChainEntries>>, HttpError> {
    NodeQuery::answer(query, |node| app.view().chain(node))
}

async fn log(
    State(app): Shared,
    query: Result<Query<NodeQuery>, QueryRejection>,
) -> Result<Json<NodesReply<LogDetailsRow>>, HttpError> {
    NodeQuery::answer(query, |node| app.view().log(node))
}

async fn fleet(State(app): Shared) -> Json<FleetReply> {
    Json(app.view().fleet())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RunQuery {
    run: Option<u64>,
}

async fn peer(
    State(app): Shared,
    path: Result<Path<(String, u64)>, PathRejection>,
    query: Result<Query<RunQuery>, QueryRejection>,
) -> Result<Json<PeerReply>, HttpError> {
    let Path((node, peer_id)) =
        path.map_err(|rejection| HttpError::new(rejection.status(), rejection.body_text()))?;
    let Query(RunQuery { run }) =
        query.map_err(|rejection| HttpError::new(rejection.status(), rejection.body_text()))?;
    let reply = app.view().peer(&node, peer_id, run);
    let missing = || format!("node {} has no peer {peer_id}", quote(node.as_bytes()));
    reply
        .map(Json)
        .ok_or_else(|| HttpError::not_found(missing()))
}
