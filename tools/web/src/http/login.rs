//! Logging in with a browser: a form that takes the token, and the cookie for
//! it. The token travels in a body, never in an address.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::error::HttpError;
use super::token::Token;

/// Where the form goes.
pub(super) const PATH: &str = "/login";

const PAGE: &str = include_str!("login.html");
const MESSAGE_PLACE: &str = "<!--message-->";
const WRONG: &str = "<p role=\"alert\"><strong>That is not the token.</strong></p>";

/// The page has no script and no style.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A token has at most 1024 characters, each at most three in a form.
const LONGEST_FORM: usize = 4096;

const FORM: &str = "application/x-www-form-urlencoded";

/// Answers requests for the form and its contents.
pub(super) async fn answer(token: &Token, request: Request) -> Response {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return page(StatusCode::OK, "");
    }
    if request.method() != Method::POST {
        return HttpError::new(StatusCode::METHOD_NOT_ALLOWED, "send the form with POST")
            .into_response();
    }
    let (parts, body) = request.into_parts();
    if !is_form(&parts.headers) {
        let error = format!("the token comes as {FORM}");
        return HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, error).into_response();
    }
    let Ok(form) = to_bytes(body, LONGEST_FORM).await else {
        return HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "no token is so long")
            .into_response();
    };
    let mut fields = form_urlencoded::parse(&form);
    let given = fields.find(|(name, _)| name == "token");
    if !given.is_some_and(|(_, text)| token.is(text.trim().as_bytes())) {
        return page(StatusCode::UNAUTHORIZED, WRONG);
    }
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static("/"));
    if let Ok(cookie) = HeaderValue::from_str(&token.cookie(is_https(&parts.headers))) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}

/// 401: the form for somebody with a browser, one line for programs.
pub(super) fn refuse(request: &Request) -> Response {
    let accepted = request.headers().get(header::ACCEPT);
    let wants_page = request.method() == Method::GET
        && accepted.is_some_and(|value| {
            value
                .to_str()
                .is_ok_and(|value| value.contains("text/html"))
        });
    let mut response = match wants_page {
        true => page(StatusCode::UNAUTHORIZED, ""),
        false => {
            let error = "send the token: Authorization: Bearer …, or log in at /login";
            HttpError::new(StatusCode::UNAUTHORIZED, error).into_response()
        }
    };
    let challenge = HeaderValue::from_static("Bearer realm=\"peer-observer\"");
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, challenge);
    response
}

fn page(status: StatusCode, message: &str) -> Response {
    let mut response = Response::new(Body::from(PAGE.replace(MESSAGE_PLACE, message)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        // With no-referrer a browser would send the form with `Origin: null`.
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM))
}

/// Behind a proxy only the browser knows that it speaks https.
fn is_https(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN);
    origin.is_some_and(|origin| origin.as_bytes().starts_with(b"https://"))
}
