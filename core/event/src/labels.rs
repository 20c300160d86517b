//! Labels of a node: what its operator says of it, such as its role and region.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A node has at most so many labels.
pub const MOST_LABELS: usize = 16;
/// Of a name, in bytes.
const LONGEST_NAME: usize = 32;
/// Of a value, in characters.
const LONGEST_VALUE: usize = 64;

/// Labels of a node by name, each of which can stand in a metric as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<Name, Value>", into = "BTreeMap<String, String>")]
pub struct NodeLabels(BTreeMap<String, String>);

/// Why something cannot be a node's label.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// The name is none that Prometheus takes, or one that means something else.
    #[error(
        "`{0}` is no name for a label; use 1 to {LONGEST_NAME} of the characters a-z, 0-9 and \
         `_`, the first no digit, and neither `node` nor two `_` in front"
    )]
    Name(String),
    /// The value is empty, too long or has characters that cannot be seen.
    #[error("{0:?} is no value for a label; use 1 to {LONGEST_VALUE} printable characters")]
    Value(String),
    /// There are more labels than a node can have.
    #[error("{0} labels; a node can have {MOST_LABELS}")]
    TooMany(usize),
}

impl NodeLabels {
    /// Those of a notice from anywhere that can be labels: the first
    /// [`MOST_LABELS`] of them.
    pub fn usable(labels: &BTreeMap<String, String>) -> NodeLabels {
        let usable = labels
            .iter()
            .filter(|(name, value)| is_name(name) && is_value(value))
            .take(MOST_LABELS);
        NodeLabels(
            usable
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// As they stand in a notice.
    pub fn to_map(&self) -> BTreeMap<String, String> {
        self.0.clone()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<NodeLabels> for BTreeMap<String, String> {
    fn from(labels: NodeLabels) -> BTreeMap<String, String> {
        labels.0
    }
}

impl TryFrom<BTreeMap<String, String>> for NodeLabels {
    type Error = LabelError;

    fn try_from(labels: BTreeMap<String, String>) -> Result<NodeLabels, LabelError> {
        for (name, value) in &labels {
            Name::try_from(name.clone())?;
            Value::try_from(value.clone())?;
        }
        checked_count(labels)
    }
}

impl TryFrom<BTreeMap<Name, Value>> for NodeLabels {
    type Error = LabelError;

    fn try_from(labels: BTreeMap<Name, Value>) -> Result<NodeLabels, LabelError> {
        let labels = labels.into_iter();
        checked_count(labels.map(|(name, value)| (name.0, value.0)).collect())
    }
}

fn checked_count(labels: BTreeMap<String, String>) -> Result<NodeLabels, LabelError> {
    if labels.len() > MOST_LABELS {
        return Err(LabelError::TooMany(labels.len()));
    }
    Ok(NodeLabels(labels))
}

/// Read by itself, so that an error is at its place in the file.
#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

impl TryFrom<String> for Name {
    type Error = LabelError;

    fn try_from(text: String) -> Result<Name, LabelError> {
        match is_name(&text) {
            true => Ok(Name(text)),
            false => Err(LabelError::Name(text)),
        }
    }
}

/// Read by itself, so that an error is at its place in the file.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Value(String);

impl TryFrom<String> for Value {
    type Error = LabelError;

    fn try_from(text: String) -> Result<Value, LabelError> {
        match is_value(&text) {
            true => Ok(Value(text)),
            false => Err(LabelError::Value(text)),
        }
    }
}

fn is_name(text: &str) -> bool {
    let letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    (1..=LONGEST_NAME).contains(&text.len())
        && text.bytes().all(letter)
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && !text.starts_with("__")
        && text != "node"
}

/// Characters that change how a line looks (controls, other spaces, marks that
/// reorder it) are not printable.
fn is_value(text: &str) -> bool {
    let is_printable = |character: char| {
        matches!(character, '"' | '\'' | '\\') || character.escape_debug().count() == 1
    };
    !text.is_empty() && text.chars().count() <= LONGEST_VALUE && text.chars().all(is_printable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(labels: &[(&str, &str)]) -> BTreeMap<String, String> {
        let labels = labels.iter();
        labels
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn names_and_values_have_limits() {
        for name in ["role", "_x", "a1", &"a".repeat(32)] {
            assert!(is_name(name), "{name}");
        }
        let long = "a".repeat(33);
        for name in ["", "node", "__x", "1a", "Role", "a-b", "a b", "ä", &long] {
            assert!(!is_name(name), "{name}");
        }
        for value in ["eu", "Zürich \"west\" \\ 1", &"ü".repeat(64)] {
            assert!(is_value(value), "{value}");
        }
        let long = "a".repeat(65);
        for value in ["", "a\nb", "a\u{202e}b", "a\u{1b}[31m", "a\u{a0}b", &long] {
            assert!(!is_value(value), "{value:?}");
        }
    }

    #[test]
    fn of_foreign_labels_the_usable_ones_are_kept() {
        let mut foreign = labels(&[("role", "honeypot"), ("node", "bob"), ("x", "a\nb")]);
        assert_eq!(
            NodeLabels::usable(&foreign).to_map(),
            labels(&[("role", "honeypot")])
        );
        let many = (0..1000).map(|number| (format!("a{number}"), "x".to_owned()));
        foreign.extend(many);
        assert_eq!(NodeLabels::usable(&foreign).iter().count(), MOST_LABELS);
        assert!(matches!(
            NodeLabels::try_from(foreign),
            Err(LabelError::Name(name)) if name == "node"
        ));
    }
}
