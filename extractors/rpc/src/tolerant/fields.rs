//! Single fields. Each function puts the value into a slot if it is what the
//! slot is for, and says whether it was.

use std::collections::BTreeMap;

use bytes::Bytes;
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Object, read_object, read_objects};

/// Words that Core chooses: networks, permissions, states, ids; and 256-bit
/// numbers in hex. In bytes.
pub(crate) const WORD_BYTES: usize = 64;

/// A single field's JSON text is not parsed beyond this; in bytes. No field of
/// a real reply comes near.
const FIELD_BYTES: usize = 64 << 10;

/// Of Core's warnings, some ten in all, each a sentence or two; in bytes.
const WARNING_BYTES: usize = 4096;
const MOST_WARNINGS: usize = 64;

/// A value of the slot's type.
pub(crate) fn read<'a, T: Deserialize<'a>>(slot: &mut Option<T>, value: &'a RawValue) -> bool {
    *slot = parse(value);
    slot.is_some()
}

/// A text of at most `most` bytes.
pub(crate) fn read_text(slot: &mut Option<String>, value: &RawValue, most: usize) -> bool {
    *slot = parse::<String>(value).filter(|text| text.len() <= most);
    slot.is_some()
}

/// A number, written as up to 16 hex digits.
pub(crate) fn read_hex<T: TryFrom<u64>>(slot: &mut Option<T>, value: &RawValue) -> bool {
    let digits = |text: &String| {
        (1..=16).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    *slot = parse::<String>(value)
        .filter(digits)
        .and_then(|text| u64::from_str_radix(&text, 16).ok())
        .and_then(|number| T::try_from(number).ok());
    slot.is_some()
}

/// Bytes in hex, at most `most` of them.
pub(crate) fn read_bytes(slot: &mut Option<Bytes>, value: &RawValue, most: usize) -> bool {
    *slot = parse::<String>(value)
        .and_then(|text| HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok())
        .filter(|bytes| bytes.len() <= most)
        .map(Bytes::from);
    slot.is_some()
}

/// A hash in the order in which Bitcoin shows it, which is not the schema's.
pub(crate) fn read_hash(slot: &mut Option<Bytes>, value: &RawValue) -> bool {
    let mut hash = [0; 32];
    let is_hash = parse::<String>(value).is_some_and(|text| {
        text.len() == 2 * hash.len()
            && HEXLOWER_PERMISSIVE
                .decode_mut(text.as_bytes(), &mut hash)
                .is_ok()
    });
    hash.reverse();
    *slot = is_hash.then(|| Bytes::copy_from_slice(&hash));
    is_hash
}

/// A list of at most `most` entries, all of them `good`.
pub(crate) fn read_list<'a, T: Deserialize<'a>>(
    slot: &mut Vec<T>,
    value: &'a RawValue,
    most: usize,
    good: impl Fn(&T) -> bool,
) -> bool {
    let list = parse::<Vec<T>>(value);
    match list.filter(|list| list.len() <= most && list.iter().all(good)) {
        Some(list) => *slot = list,
        None => return false,
    }
    true
}

/// A list of at most `most` texts of at most `bytes` each.
pub(crate) fn read_texts(
    slot: &mut Vec<String>,
    value: &RawValue,
    most: usize,
    bytes: usize,
) -> bool {
    read_list(slot, value, most, |text| text.len() <= bytes)
}

/// The node's warnings: a list, or with `-deprecatedrpc=warnings` the last one.
pub(crate) fn read_warnings(slot: &mut Vec<String>, value: &RawValue) -> bool {
    let mut only = None;
    if read_text(&mut only, value, WARNING_BYTES) {
        *slot = only.into_iter().filter(|text| !text.is_empty()).collect();
        return true;
    }
    read_texts(slot, value, MOST_WARNINGS, WARNING_BYTES)
}

/// Numbers by name, at most `most` with names of at most `name_bytes`.
pub(crate) fn read_numbers(
    slot: &mut BTreeMap<String, u64>,
    value: &RawValue,
    most: usize,
    name_bytes: usize,
) -> bool {
    let fits = |map: &BTreeMap<String, u64>| {
        map.len() <= most && map.keys().all(|name| name.len() <= name_bytes)
    };
    match parse::<BTreeMap<String, u64>>(value).filter(fits) {
        Some(map) => *slot = map,
        None => return false,
    }
    true
}

/// An object within the object.
pub(crate) fn read_nested<T: Object>(slot: &mut Option<T>, value: &RawValue) -> bool {
    *slot = is_short(value).then(|| read_object(value).ok()).flatten();
    slot.is_some()
}

/// A list of at most `most` objects within the object.
pub(crate) fn read_nested_list<T: Object>(
    slot: &mut Vec<T>,
    value: &RawValue,
    most: usize,
) -> bool {
    let list = is_short(value).then(|| read_objects(value, most).ok());
    match list.flatten() {
        Some(list) => *slot = list,
        None => return false,
    }
    true
}

fn parse<'a, T: Deserialize<'a>>(value: &'a RawValue) -> Option<T> {
    is_short(value)
        .then(|| serde_json::from_str(value.get()).ok())
        .flatten()
}

fn is_short(value: &RawValue) -> bool {
    value.get().len() <= FIELD_BYTES
}
