//! What every request has to pass, and the headers that every reply carries.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{HttpError, quote};
use super::hosts::Hosts;

/// Nothing but this server's own files may run, and nothing may frame the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; connect-src 'self'; object-src 'none'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// The outermost layer of the router.
pub(crate) async fn guard(
    State(hosts): State<Arc<Hosts>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match check(&hosts, &request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    let status = response.status();
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What is shown is what is now: nothing may be answered from a cache unasked.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

fn check(hosts: &Hosts, request: &Request) -> Result<(), HttpError> {
    check_host(hosts, request)?;
    check_origin(hosts, request.headers())?;
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let error = "only GET and HEAD are answered here";
        return Err(HttpError::new(StatusCode::METHOD_NOT_ALLOWED, error));
    }
    if has_body(request.headers()) {
        let error = "requests with a body are not taken here";
        return Err(HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, error));
    }
    Ok(())
}

fn check_host(hosts: &Hosts, request: &Request) -> Result<(), HttpError> {
    let mut headers = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (headers.next(), headers.next()) else {
        return Err(forbidden("exactly one Host header is needed".to_owned()));
    };
    // The request line may name a host too, and then it counts more (RFC 9112, 3.2.2).
    let target = request
        .uri()
        .authority()
        .map(|authority| authority.as_str().as_bytes());
    for host in [Some(host.as_bytes()), target].into_iter().flatten() {
        if !std::str::from_utf8(host).is_ok_and(|host| hosts.allow_host(host)) {
            let host = quote(host);
            return Err(forbidden(format!(
                "host {host} is not in the setting http.allowed_hosts"
            )));
        }
    }
    Ok(())
}

fn check_origin(hosts: &Hosts, headers: &HeaderMap) -> Result<(), HttpError> {
    for origin in headers.get_all(header::ORIGIN) {
        if !origin
            .to_str()
            .is_ok_and(|origin| hosts.allow_origin(origin))
        {
            let origin = quote(origin.as_bytes());
            let error = format!("origin {origin} is not in the setting http.allowed_hosts");
            return Err(forbidden(error));
        }
    }
    if headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|site| site == "cross-site")
    {
        let error = "a page of another site asked for this; open the address directly, \
                     http.allowed_hosts does not change this";
        return Err(forbidden(error.to_owned()));
    }
    Ok(())
}

fn forbidden(error: String) -> HttpError {
    HttpError::new(StatusCode::FORBIDDEN, error)
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers
            .get_all(header::CONTENT_LENGTH)
            .iter()
            .any(|length| length != "0")
}
