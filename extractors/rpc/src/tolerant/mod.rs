//! Reading a reply of which nothing is certain: fields may be absent, new, or
//! of another type than this version expects. What is not understood is kept.

mod fields;
mod objects;

use std::collections::BTreeMap;

use serde_json::value::RawValue;

pub(crate) use fields::{
    WORD_BYTES, read, read_bytes, read_hash, read_hex, read_list, read_nested, read_nested_list,
    read_numbers, read_text, read_texts, read_warnings,
};
pub(crate) use objects::{each_field, read_named, read_object, read_objects};

/// What the fields of one object that were not understood may take together,
/// names and JSON text, in bytes.
const OTHER_FIELDS_BYTES: usize = 4096;

/// An object that is read field by field.
pub(crate) trait Object: Default {
    /// Takes the field `name`; `false` when it is not known or not of the
    /// expected type.
    fn field(&mut self, name: &str, value: &RawValue) -> bool;

    /// Takes what was not understood.
    fn set_other(&mut self, other: OtherFields);
}

/// [`Object::set_other`] of a message of the schema: all have the same two
/// fields for it.
macro_rules! set_other {
    () => {
        fn set_other(&mut self, other: $crate::tolerant::OtherFields) {
            self.other_fields_dropped = other.dropped();
            self.other_fields = other.kept;
        }
    };
}
pub(crate) use set_other;

/// Fields that were not understood: name to JSON text, with a limit.
#[derive(Debug, Default)]
pub(crate) struct OtherFields {
    /// Those that fitted.
    pub(crate) kept: BTreeMap<String, String>,
    dropped: u32,
    bytes: usize,
}

impl OtherFields {
    /// Keeps one more, or counts it.
    pub(crate) fn keep(&mut self, name: &str, value: &RawValue) {
        let bytes = name.len() + value.get().len();
        if self.bytes + bytes > OTHER_FIELDS_BYTES || self.kept.contains_key(name) {
            self.dropped = self.dropped.saturating_add(1);
            return;
        }
        self.bytes += bytes;
        self.kept.insert(name.to_owned(), value.get().to_owned());
    }

    /// Is there none?
    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.dropped == 0
    }

    /// How many did not fit, if any.
    pub(crate) fn dropped(&self) -> Option<u32> {
        (self.dropped > 0).then_some(self.dropped)
    }
}

#[cfg(test)]
mod tests;
