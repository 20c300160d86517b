//! Error replies: a status and `{"error": "..."}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Text that a client chose is repeated up to so many characters.
const LONGEST_QUOTE: usize = 100;

/// A reply that says what was wrong with the request, in one line.
#[derive(Debug)]
pub(crate) struct HttpError {
    status: StatusCode,
    error: String,
}

impl HttpError {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> HttpError {
        HttpError {
            status,
            error: error.into(),
        }
    }

    pub(crate) fn not_found(error: impl Into<String>) -> HttpError {
        HttpError::new(StatusCode::NOT_FOUND, error)
    }
}

#[derive(Serialize)]
struct Body {
    error: String,
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        (self.status, Json(Body { error: self.error })).into_response()
    }
}

/// What a client sent, short and on one line, for an error message.
pub(crate) fn quote(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut short: String = text.chars().take(LONGEST_QUOTE).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}
