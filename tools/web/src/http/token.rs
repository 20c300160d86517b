//! The secret that clients have to show: as a bearer token (RFC 6750), or as
//! the cookie that a browser gets for it.

use std::fmt;

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// So few characters could be guessed.
const SHORTEST: usize = 16;
/// In a header there is room for no more.
const LONGEST: usize = 1024;

/// What is hashed together with the token, so that the hash of one purpose says
/// nothing for another.
const COMPARISON: &str = "peer-observer token\n";
const SESSION: &str = "peer-observer session\n";
const NAME: &str = "peer-observer cookie name\n";

/// A secret, kept as hashes only: comparing these takes the same time whatever
/// the client sent.
#[derive(Clone)]
pub struct Token {
    hash: [u8; 32],
    /// Differs between two instances of one host: cookies do not know ports.
    cookie_name: String,
    /// From the token alone, so that a restart logs nobody out; a new token does.
    cookie_value: String,
}

/// The text cannot be a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token has {SHORTEST} to {LONGEST} visible ASCII characters")]
pub struct WrongToken;

impl Token {
    /// The token with this text.
    pub fn new(text: &str) -> Result<Token, WrongToken> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if !(SHORTEST..=LONGEST).contains(&text.len()) || !is_visible {
            return Err(WrongToken);
        }
        let hex = |bytes: &[u8]| peer_observer_event::json::hex(bytes);
        Ok(Token {
            hash: hash(COMPARISON, text.as_bytes()),
            cookie_name: format!("peer_observer_{}", hex(&hash(NAME, text.as_bytes())[..4])),
            cookie_value: hex(&hash(SESSION, text.as_bytes())),
        })
    }

    /// Is this the token's text?
    pub(super) fn is(&self, text: &[u8]) -> bool {
        hash(COMPARISON, text).ct_eq(&self.hash).into()
    }

    /// May whoever sent these headers come in? A bearer token decides; only
    /// without one the cookie does.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        let authorization = headers.get_all(header::AUTHORIZATION).iter();
        let mut bearers = authorization.filter_map(|value| bearer(value.as_bytes()));
        if let Some(first) = bearers.next() {
            return self.is(first) && bearers.next().is_none();
        }
        headers
            .get_all(header::COOKIE)
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'))
            .any(|cookie| self.is_cookie(cookie.trim_ascii()))
    }

    /// The cookie for `Set-Cookie`; `secure` where the browser uses https.
    pub(super) fn cookie(&self, secure: bool) -> String {
        let secure = if secure { "; Secure" } else { "" };
        format!(
            "{}={}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Strict{secure}",
            self.cookie_name, self.cookie_value
        )
    }

    fn is_cookie(&self, cookie: &[u8]) -> bool {
        let value = cookie
            .strip_prefix(self.cookie_name.as_bytes())
            .and_then(|rest| rest.strip_prefix(b"="));
        value.is_some_and(|value| self.cookie_value.as_bytes().ct_eq(value).into())
    }
}

/// A browser stays logged in for so long: 30 days.
const COOKIE_SECONDS: u32 = 30 * 86_400;

impl fmt::Debug for Token {
    /// Says nothing.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token")
    }
}

fn hash(purpose: &str, text: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(purpose);
    hash.update(text);
    hash.finalize().into()
}

/// What stands behind `Bearer`, whose letters may be of either case (RFC 9110, 11.1).
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = value.split_at_checked(6)?;
    let is_bearer = scheme.eq_ignore_ascii_case(b"bearer");
    let token = rest.strip_prefix(b" ")?;
    is_bearer.then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "correct-horse-battery";

    fn admits(name: header::HeaderName, values: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), value.parse().unwrap());
        }
        Token::new(TEXT).unwrap().admits(&headers)
    }

    #[test]
    fn only_the_whole_token_opens() {
        let admits = |values: &[&str]| admits(header::AUTHORIZATION, values);
        assert!(admits(&["Bearer correct-horse-battery"]));
        assert!(admits(&["bearer  correct-horse-battery "]));
        for wrong in [
            &[][..],
            &["Bearer "],
            &["Bearer correct-horse-batter"],
            &["Bearer correct-horse-battery-"],
            &["correct-horse-battery"],
            &["Basic correct-horse-battery"],
            &["Bearer correct-horse-battery", "Bearer x"],
            &["Bearer x", "Bearer correct-horse-battery"],
        ] {
            assert!(!admits(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn the_cookie_opens_too_and_is_not_the_token() {
        let token = Token::new(TEXT).unwrap();
        let cookie = token.cookie(false);
        let pair = cookie.split(';').next().unwrap();
        assert!(!cookie.contains(TEXT));
        assert!(admits(header::COOKIE, &[pair]));
        assert!(admits(header::COOKIE, &[&format!("a=b; {pair}; c=d")]));
        assert!(!admits(header::COOKIE, &[&pair[..pair.len() - 1]]));
        let other = Token::new("another-horse-battery").unwrap().cookie(false);
        assert!(!admits(header::COOKIE, &[other.split(';').next().unwrap()]));
        assert!(token.cookie(true).ends_with("; Secure"));
    }

    #[test]
    fn short_and_strange_texts_are_no_tokens() {
        for text in [
            "",
            "fifteen-letters",
            "with a space in it",
            "mit-umlaut-wörter-drin",
        ] {
            assert_eq!(Token::new(text).err(), Some(WrongToken), "{text:?}");
        }
        assert_eq!(format!("{:?}", Token::new(TEXT).unwrap()), "Token");
    }
}
