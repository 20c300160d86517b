//! Reading a reply of which nothing is certain: fields may be absent, new, or
//! of another type than this version expects. What is not understood is kept.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// What the fields of one object that were not understood may take together,
/// names and JSON text, in bytes.
const OTHER_FIELDS_BYTES: usize = 4096;

/// A single field's JSON text is not parsed beyond this; in bytes. No field of
/// a real reply comes near.
const FIELD_BYTES: usize = 64 << 10;

/// An object that is read field by field.
pub(crate) trait Object: Default {
    /// Takes the field `name`; `false` when it is not known or not of the
    /// expected type.
    fn field(&mut self, name: &str, value: &RawValue) -> bool;

    /// Takes what was not understood.
    fn set_other(&mut self, other: OtherFields);
}

/// Fields that were not understood: name to JSON text, with a limit.
#[derive(Debug, Default)]
pub(crate) struct OtherFields {
    /// Those that fitted.
    pub(crate) kept: HashMap<String, String>,
    /// How many did not.
    pub(crate) dropped: u32,
    bytes: usize,
}

impl OtherFields {
    fn keep(&mut self, name: &str, value: &RawValue) {
        let bytes = name.len() + value.get().len();
        if self.bytes + bytes > OTHER_FIELDS_BYTES {
            self.dropped = self.dropped.saturating_add(1);
            return;
        }
        self.bytes += bytes;
        self.kept.insert(name.to_owned(), value.get().to_owned());
    }
}

/// Puts the value into `slot` if it is of the slot's type.
pub(crate) fn read<'a, T: Deserialize<'a>>(slot: &mut Option<T>, value: &'a RawValue) -> bool {
    *slot = parse(value);
    slot.is_some()
}

/// Puts a text of at most `most` bytes into `slot`.
pub(crate) fn read_text(slot: &mut Option<String>, value: &RawValue, most: usize) -> bool {
    *slot = parse::<String>(value).filter(|text| text.len() <= most);
    slot.is_some()
}

/// Puts a bit field, written as up to 16 hex digits, into `slot`.
pub(crate) fn read_hex(slot: &mut Option<u64>, value: &RawValue) -> bool {
    let digits = |text: &String| {
        (1..=16).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    *slot = parse::<String>(value)
        .filter(digits)
        .and_then(|text| u64::from_str_radix(&text, 16).ok());
    slot.is_some()
}

/// Puts a list of at most `most` entries, all of them `good`, into `slot`.
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

/// Puts numbers by name, at most `most` with names of at most `name_bytes`, into `slot`.
pub(crate) fn read_numbers(
    slot: &mut HashMap<String, u64>,
    value: &RawValue,
    most: usize,
    name_bytes: usize,
) -> bool {
    let fits = |map: &HashMap<String, u64>| {
        map.len() <= most && map.keys().all(|name| name.len() <= name_bytes)
    };
    match parse::<HashMap<String, u64>>(value).filter(fits) {
        Some(map) => *slot = map,
        None => return false,
    }
    true
}

fn parse<'a, T: Deserialize<'a>>(value: &'a RawValue) -> Option<T> {
    let text = value.get();
    if text.len() > FIELD_BYTES {
        None
    } else {
        serde_json::from_str(text).ok()
    }
}

/// Reads a list of at most `most` objects.
pub(crate) fn read_objects<T: Object>(
    reply: &RawValue,
    most: usize,
) -> Result<Vec<T>, serde_json::Error> {
    let list = List {
        most,
        object: PhantomData,
    };
    serde_json::Deserializer::from_str(reply.get()).deserialize_seq(list)
}

struct List<T> {
    most: usize,
    object: PhantomData<T>,
}

impl<'de, T: Object> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut objects = Vec::new();
        while let Some(object) = list.next_element_seed(ObjectSeed(PhantomData))? {
            if objects.len() == self.most {
                return Err(A::Error::custom(format!("more than {} entries", self.most)));
            }
            objects.push(object);
        }
        Ok(objects)
    }
}

/// Reads one object as its fields come, so that the memory does not depend on
/// how many there are.
struct ObjectSeed<T>(PhantomData<T>);

impl<'de, T: Object> DeserializeSeed<'de> for ObjectSeed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Object> Visitor<'de> for ObjectSeed<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut object = T::default();
        let mut other = OtherFields::default();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if !object.field(&name, value) {
                other.keep(&name, value);
            }
        }
        object.set_other(other);
        Ok(object)
    }
}
