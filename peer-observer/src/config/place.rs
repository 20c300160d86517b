//! Where in a TOML file something stands, in its section and key names.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// A section, and a key in it where the place is one.
#[derive(Debug)]
pub(crate) struct Place {
    /// Names from the outside in; `true` for one of several (`[[node]]`).
    sections: Vec<(String, bool)>,
    key: Option<String>,
}

impl Place {
    /// What stands at `span` of the text; `None` where the text is no TOML or
    /// nothing stands there.
    pub(crate) fn find(text: &str, span: &Range<usize>) -> Option<Place> {
        let root = DeTable::parse(text).ok()?;
        let mut sections = Vec::new();
        let key = find_in(root.get_ref(), span, &mut sections)?;
        Some(Place { sections, key })
    }

    /// `in [http]`, `in [[node]]`, `at the top level`.
    pub(crate) fn section(&self) -> String {
        let names: Vec<&str> = self
            .sections
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let path = names.join(".");
        match self.sections.last() {
            None => "at the top level".to_owned(),
            Some((_, true)) => format!("in [[{path}]]"),
            Some((_, false)) => format!("in [{path}]"),
        }
    }

    /// The key, if the place is one.
    pub(crate) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

/// Looks for the table or key at `span`, or the value around it, and leaves the
/// names of the tables around that in `sections`. The key is `None` for a table itself.
fn find_in(
    table: &DeTable<'_>,
    span: &Range<usize>,
    sections: &mut Vec<(String, bool)>,
) -> Option<Option<String>> {
    for (name, value) in table {
        let text = || name.get_ref().to_string();
        // The name of a section that should not be there belongs to the table
        // around it; a key that is missing in a section belongs to the section.
        if name.span() == *span {
            return Some(Some(text()));
        }
        let inner_tables = match value.get_ref() {
            DeValue::Table(inner) => vec![(inner, value.span(), false)],
            DeValue::Array(entries) => entries
                .iter()
                .filter_map(|entry| Some((entry.get_ref().as_table()?, entry.span(), true)))
                .collect(),
            _ => Vec::new(),
        };
        for (inner, inner_span, is_one_of_several) in inner_tables {
            sections.push((text(), is_one_of_several));
            if inner_span == *span {
                return Some(None);
            }
            if let Some(key) = find_in(inner, span, sections) {
                return Some(key);
            }
            sections.pop();
        }
        if encloses(&value.span(), span) && !value.get_ref().is_table() {
            return Some(Some(text()));
        }
    }
    None
}

fn encloses(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
