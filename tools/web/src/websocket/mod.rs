//! Live events for browsers and programs.

mod batch;
mod budget;
mod request;
mod sample;
mod sampling;
mod search;
mod session;
mod wanted;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::StatusCode;
use axum::response::Response;

use crate::app::App;
use crate::http::HttpError;
use request::LONGEST_REQUEST;
use session::Session;

/// Sessions may take so long to say goodbye.
const LONGEST_SHUTDOWN: Duration = Duration::from_secs(3);

/// `/api/v1/events`.
pub(crate) async fn upgrade(
    State(app): State<Arc<App>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, HttpError> {
    let upgrade =
        upgrade.map_err(|rejection| HttpError::new(rejection.status(), rejection.body_text()))?;
    let Ok(permit) = Arc::clone(&app.websockets).try_acquire_owned() else {
        let error = "all websockets are taken; the setting http.max_websockets allows more";
        return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, error));
    };
    let upgrade = upgrade
        .max_message_size(LONGEST_REQUEST)
        .max_frame_size(LONGEST_REQUEST);
    Ok(upgrade.on_upgrade(async move |socket| {
        Session::new(&app, socket).run().await;
        drop(permit);
    }))
}

/// Waits until no session of `most` possible ones is left, or long enough.
pub(crate) async fn all_ended(app: &App, most: usize) {
    let Ok(most) = u32::try_from(most) else {
        return;
    };
    let all = app.websockets.acquire_many(most);
    if tokio::time::timeout(LONGEST_SHUTDOWN, all).await.is_err() {
        tracing::debug!("leaving websocket clients behind that do not read");
    }
}
