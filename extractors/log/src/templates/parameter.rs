//! A variable part of a message as a typed value.

use bytes::Bytes;
use data_encoding::HEXLOWER_PERMISSIVE;
use peer_observer_event::LogParameter;
use peer_observer_event::log_parameter::Value;

use crate::catalogue::ParameterKind;

/// JavaScript holds integers up to here exactly.
const LARGEST_INTEGER: i64 = 1 << 53;

/// The value of a part whose kind is known; text where it is not what it should be.
pub(super) fn typed(text: &str, kind: ParameterKind) -> LogParameter {
    let value = match kind {
        ParameterKind::Integer => integer(text),
        ParameterKind::Number => number(text),
        ParameterKind::Hash => hash(text).map(Value::Hash),
        ParameterKind::Text => None,
    };
    parameter(value, text)
}

/// The value of a part that is as it looks.
pub(super) fn guessed(text: &str) -> LogParameter {
    let value = match text.len() {
        64 => hash(text).map(Value::Hash),
        _ => None,
    };
    parameter(
        value.or_else(|| integer(text)).or_else(|| number(text)),
        text,
    )
}

fn parameter(value: Option<Value>, text: &str) -> LogParameter {
    LogParameter {
        value: Some(value.unwrap_or_else(|| Value::Text(text.to_owned()))),
    }
}

fn integer(text: &str) -> Option<Value> {
    let integer: i64 = text.parse().ok()?;
    (-LARGEST_INTEGER..=LARGEST_INTEGER)
        .contains(&integer)
        .then_some(Value::Integer(integer))
}

fn number(text: &str) -> Option<Value> {
    // Rust reads words too: inf, nan.
    let last = text.as_bytes().last()?;
    let number: f64 = text.parse().ok().filter(|_| last.is_ascii_digit())?;
    number.is_finite().then_some(Value::Number(number))
}

/// 64 hexadecimal digits as the 32 bytes that Bitcoin shows reversed.
pub(crate) fn hash(text: &str) -> Option<Bytes> {
    let mut bytes = [0; 32];
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    HEXLOWER_PERMISSIVE.decode_mut(digits, &mut bytes).ok()?;
    bytes.reverse();
    Some(Bytes::copy_from_slice(&bytes))
}
