//! What has no columns of its own, as text in JSON.

use std::collections::BTreeMap;

use serde::Serialize;

/// The value in JSON. Parts of events can always be written so: they hold no
/// map whose keys are not text.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The list in JSON; nothing where it is empty.
pub(crate) fn json_list<T: Serialize>(list: &[T]) -> Option<String> {
    (!list.is_empty()).then(|| json(&list))
}

/// The map in JSON; nothing where it is empty.
pub(crate) fn json_map<T: Serialize>(map: &BTreeMap<String, T>) -> Option<String> {
    (!map.is_empty()).then(|| json(map))
}
