//! What every request has to pass, and the headers that every reply carries.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{HttpError, quote};
use super::hosts::Hosts;
use super::login;
use super::token::Token;

/// The one path that is answered without a token.
const ALIVE: &str = "/healthz";

/// Who is let in.
pub(crate) struct Entrance {
    /// The hosts that name this server.
    pub(crate) hosts: Hosts,
    /// What clients have to show, if anything.
    pub(crate) token: Option<Token>,
}

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
    State(entrance): State<Arc<Entrance>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = admit(&entrance, request, next).await;
    let status = response.status();
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        // The login page has its own, which are stricter.
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    // What is shown is what is now: nothing may be answered from a cache unasked.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    if status == StatusCode::METHOD_NOT_ALLOWED && !headers.contains_key(header::ALLOW) {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

/// The reply of the router, or why the request does not get there.
async fn admit(entrance: &Entrance, request: Request, next: Next) -> Response {
    if let Err(error) = check_hosts(&entrance.hosts, &request) {
        return error.into_response();
    }
    if let Some(token) = &entrance.token {
        if request.uri().path() == login::PATH {
            return login::answer(token, request).await;
        }
        if request.uri().path() != ALIVE && !token.admits(request.headers()) {
            return login::refuse(&request);
        }
    }
    match check_form(&request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn check_hosts(hosts: &Hosts, request: &Request) -> Result<(), HttpError> {
    let host = check_host(hosts, request)?;
    check_origin(hosts, host, request.headers())
}

fn check_form(request: &Request) -> Result<(), HttpError> {
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

/// The host that the request is for, if it is one of ours.
fn check_host<'a>(hosts: &Hosts, request: &'a Request) -> Result<&'a str, HttpError> {
    let mut headers = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (headers.next(), headers.next()) else {
        return Err(forbidden("exactly one Host header is needed".to_owned()));
    };
    // The request line may name a host too, and then it counts more (RFC 9112, 3.2.2).
    let target = request
        .uri()
        .authority()
        .map(|authority| authority.as_str().as_bytes());
    let mut last = "";
    for host in [Some(host.as_bytes()), target].into_iter().flatten() {
        match std::str::from_utf8(host) {
            Ok(host) if hosts.allow_host(host) => last = host,
            _ => {
                let host = quote(host);
                return Err(forbidden(format!(
                    "host {host} is not in the setting http.allowed_hosts"
                )));
            }
        }
    }
    Ok(last)
}

fn check_origin(hosts: &Hosts, host: &str, headers: &HeaderMap) -> Result<(), HttpError> {
    for origin in headers.get_all(header::ORIGIN) {
        if !origin
            .to_str()
            .is_ok_and(|origin| hosts.allow_origin(origin, host))
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
