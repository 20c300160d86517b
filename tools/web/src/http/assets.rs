//! The page's files, embedded in the binary.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::error::{HttpError, quote};

/// A debug build reads the files from the disk at each request instead.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Assets;

/// Answers every path that no other route takes.
pub(crate) async fn serve(uri: Uri, headers: HeaderMap) -> Result<Response, HttpError> {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some(file) = Assets::get(path) else {
        return Err(HttpError::not_found(format!(
            "nothing here: {}",
            quote(uri.path().as_bytes())
        )));
    };
    let etag = entity_tag(&file.metadata.sha256_hash());
    let known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .any(|value| matches(value, &etag));
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Response::new(Body::from(file.data)),
    };
    let headers = response.headers_mut();
    if !known && let Ok(value) = HeaderValue::from_str(&content_type(file.metadata.mimetype())) {
        headers.insert(CONTENT_TYPE, value);
    }
    if let Ok(value) = HeaderValue::from_str(&etag) {
        headers.insert(ETAG, value);
    }
    Ok(response)
}

/// Weak, because compression changes the bytes that go out.
fn entity_tag(hash: &[u8; 32]) -> String {
    format!("W/\"{}\"", peer_observer_event::json::hex(&hash[..16]))
}

/// Weak comparison (RFC 9110, 8.8.3.2): a proxy may have dropped the `W/`.
fn matches(if_none_match: &HeaderValue, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let wanted = opaque(etag);
    let Ok(tags) = if_none_match.to_str() else {
        return false;
    };
    tags.split(',')
        .map(opaque)
        .any(|tag| tag == "*" || tag == wanted)
}

fn content_type(mime: &str) -> String {
    match mime.starts_with("text/") {
        true => format!("{mime}; charset=utf-8"),
        false => mime.to_owned(),
    }
}
