//! The JSON form: field names as in the schema, hashes as hex the way Bitcoin
//! shows them, enums as words, numbers that JavaScript cannot hold as strings.
//!
//! `build.rs` picks one of these functions for each field by its type and name.

use bytes::Bytes;
use serde::Serialize;
use serde::ser::{SerializeSeq, SerializeStruct, Serializer};

use crate::{
    AlertSeverity, AlertState, ConnectionType, CutReason, Direction, Event, Extractor, GapReason,
    InventoryItem, LogDisconnectReason, LogLevel, LogParameter, LogTemplateOrigin, LogTime,
    Network, NetworkAddress, ProbeTransport, address_text, inventory_type_word, log_parameter,
};

impl Event {
    /// The event as one line of JSON, envelope included.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self)
            .expect("an event holds no map with keys that are not text, the only way to fail")
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

fn push_hex(text: &mut String, byte: u8) {
    text.push(DIGITS[usize::from(byte >> 4)] as char);
    text.push(DIGITS[usize::from(byte & 15)] as char);
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    bytes.iter().for_each(|byte| push_hex(&mut text, *byte));
    text
}

/// Hex of a hash the way Bitcoin shows it: last byte first.
pub fn hash_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    bytes
        .iter()
        .rev()
        .for_each(|byte| push_hex(&mut text, *byte));
    text
}

pub(crate) fn hash<S: Serializer>(value: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hash_hex(value))
}

pub(crate) fn hash_option<S: Serializer>(
    value: &Option<Bytes>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&value.as_ref().map(|value| hash_hex(value)))
}

pub(crate) fn hash_list<S: Serializer>(value: &[Bytes], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(value.len()))?;
    for hash in value {
        list.serialize_element(&hash_hex(hash))?;
    }
    list.end()
}

pub(crate) fn bytes<S: Serializer>(value: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex(value))
}

pub(crate) fn bytes_option<S: Serializer>(
    value: &Option<Bytes>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&value.as_ref().map(|value| hex(value)))
}

pub(crate) fn text<T: ToString, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}

pub(crate) fn text_option<T: ToString, S: Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&value.as_ref().map(T::to_string))
}

/// Declares the function that writes an enum field as its word.
macro_rules! enum_words {
    ($($function:ident $name:ident),+ $(,)?) => {
        $(pub(crate) fn $function<S: Serializer>(value: &i32, serializer: S) -> Result<S::Ok, S::Error> {
            // A value of a newer version than this one has no word here.
            serializer.serialize_str($name::try_from(*value).unwrap_or_default().word())
        })+
    };
}

enum_words!(
    extractor Extractor,
    network Network,
    connection_type ConnectionType,
    direction Direction,
    cut_reason CutReason,
    gap_reason GapReason,
    log_level LogLevel,
    log_time LogTime,
    log_template_origin LogTemplateOrigin,
    log_disconnect_reason LogDisconnectReason,
    probe_transport ProbeTransport,
    alert_severity AlertSeverity,
    alert_state AlertState,
);

pub(crate) fn network_option<S: Serializer>(
    value: &Option<i32>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => network(value, serializer),
        None => serializer.serialize_none(),
    }
}

impl Serialize for NetworkAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("NetworkAddress", 3)?;
        object.serialize_field("network", self.network().word())?;
        object.serialize_field("address", &address_text(self))?;
        if let Some(id) = self.bip155_network_id {
            object.serialize_field("bip155_network_id", &id)?;
        }
        object.end()
    }
}

impl Serialize for InventoryItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("InventoryItem", 2)?;
        match inventory_type_word(self.r#type) {
            Some(word) => object.serialize_field("type", word)?,
            None => object.serialize_field("type", &self.r#type)?,
        }
        object.serialize_field("hash", &hash_hex(&self.hash))?;
        object.end()
    }
}

impl Serialize for LogParameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use log_parameter::Value;
        match &self.value {
            Some(Value::Integer(integer)) => serializer.serialize_i64(*integer),
            Some(Value::Number(number)) => serializer.serialize_f64(*number),
            Some(Value::Hash(hash)) => serializer.serialize_str(&hash_hex(hash)),
            Some(Value::Text(text)) => serializer.serialize_str(text),
            // Written by a newer version than this one.
            None => serializer.serialize_str(""),
        }
    }
}
