//! Writing a request and reading an answer. Nodes of different age answer differently: errors come
//! with HTTP 200, 404 or 500, with and without a `result` beside them.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::RpcError;

/// `rpc/protocol.h`
const RPC_METHOD_NOT_FOUND: i64 = -32601;
const RPC_IN_WARMUP: i64 = -28;

/// Of a senseless answer, and of an error's text, this much is shown.
const SHOWN_CHARACTERS: usize = 200;

#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    result: Option<Box<RawValue>>,
    #[serde(default)]
    error: Option<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    message: String,
}

/// The text of a JSON-RPC request. `params` is an array (positions), an object
/// (names) or null (none).
pub fn rpc_request(method: &str, params: Value) -> String {
    let params = match params {
        Value::Null => Value::Array(Vec::new()),
        params => params,
    };
    let request = serde_json::json!({
        "jsonrpc": "2.0", "id": 1, "method": method, "params": params,
    });
    request.to_string()
}

/// The result in an answer that did not come over HTTP. Nothing (`null`) is
/// what a node answers who does not let this user call `method`.
pub fn rpc_result(method: &str, answer: &str) -> Result<Box<RawValue>, RpcError> {
    match answer {
        "null" => Err(RpcError::Forbidden {
            method: method.to_owned(),
        }),
        answer => result(method, StatusCode::OK, answer.as_bytes()),
    }
}

/// The result in the answer. HTTP 401 is the caller's to handle.
pub(super) fn result(
    method: &str,
    status: StatusCode,
    body: &[u8],
) -> Result<Box<RawValue>, RpcError> {
    match status {
        StatusCode::FORBIDDEN => {
            return Err(RpcError::Forbidden {
                method: method.to_owned(),
            });
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            return Err(RpcError::Busy {
                message: shown(body),
            });
        }
        _ => {}
    }
    let garbage = |reason: String| RpcError::Garbage {
        method: method.to_owned(),
        status: status.as_u16(),
        reason,
        beginning: shown(body),
    };
    let reply: Reply = serde_json::from_slice(body).map_err(|error| garbage(error.to_string()))?;
    match (reply.error, reply.result) {
        (Some(failure), _) => Err(error(method, failure)),
        (None, Some(result)) => Ok(result),
        (None, None) if status.is_success() => Ok(RawValue::NULL.to_owned()),
        (None, None) => Err(garbage("an error status without an error".to_owned())),
    }
}

fn error(method: &str, failure: Failure) -> RpcError {
    let message = shown(failure.message.as_bytes());
    match failure.code {
        RPC_METHOD_NOT_FOUND => RpcError::NoSuchMethod {
            method: method.to_owned(),
        },
        RPC_IN_WARMUP => RpcError::StartingUp { message },
        code => RpcError::Rpc {
            method: method.to_owned(),
            code,
            message,
        },
    }
}

fn shown(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(4 * SHOWN_CHARACTERS)];
    String::from_utf8_lossy(bytes)
        .chars()
        .take(SHOWN_CHARACTERS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<String, RpcError> {
        let status = StatusCode::from_u16(status).unwrap();
        result("getblockcount", status, body.as_bytes()).map(|value| value.get().to_owned())
    }

    #[test]
    fn results_of_both_versions_of_the_protocol() {
        assert_eq!(
            read(200, r#"{"jsonrpc":"2.0","result":7,"id":1}"#).unwrap(),
            "7"
        );
        assert_eq!(
            read(200, r#"{"result":[1.00000000],"error":null}"#).unwrap(),
            "[1.00000000]"
        );
        assert_eq!(
            read(200, r#"{"result":null,"error":null,"id":1}"#).unwrap(),
            "null"
        );
    }

    #[test]
    fn errors_are_told_apart() {
        let reply =
            |code: i64| format!(r#"{{"result":null,"error":{{"code":{code},"message":"m"}}}}"#);
        assert!(matches!(
            read(404, &reply(-32601)),
            Err(RpcError::NoSuchMethod { .. })
        ));
        assert!(matches!(
            read(500, &reply(-28)),
            Err(RpcError::StartingUp { .. })
        ));
        assert!(matches!(
            read(200, &reply(-8)),
            Err(RpcError::Rpc { code: -8, .. })
        ));
        assert!(matches!(read(403, ""), Err(RpcError::Forbidden { .. })));
        assert!(matches!(
            read(503, "Work queue"),
            Err(RpcError::Busy { .. })
        ));
    }

    #[test]
    fn an_answer_that_makes_no_sense_is_shown_in_part() {
        let error = read(200, &"<html>é".repeat(1000)).unwrap_err();
        let RpcError::Garbage {
            beginning,
            status: 200,
            ..
        } = error
        else {
            panic!("{error}")
        };
        assert_eq!(beginning.chars().count(), SHOWN_CHARACTERS);
        assert!(matches!(read(500, "{}"), Err(RpcError::Garbage { .. })));
        assert!(matches!(
            read(200, &"[".repeat(100_000)),
            Err(RpcError::Garbage { .. })
        ));
    }
}
