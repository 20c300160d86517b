//! How well a catalogue knows a log, with the log's own source locations as the
//! judge where it has them (`-logsourcelocations=1`).

use std::collections::HashMap;

use super::Catalogue;
use crate::prefix::Prefix;

/// So many different texts that no template fits are kept.
const MAX_UNMATCHED: usize = 10_000;

/// So many lines with a wrong template are kept; all are counted.
const MAX_WRONG: usize = 100;

/// What was found so far.
#[derive(Debug, Default)]
pub struct Coverage {
    judged: Share,
    all: Share,
    locations: HashMap<(String, u32), Share>,
    unmatched: HashMap<String, u64>,
    wrong: Vec<Wrong>,
    wrong_lines: u64,
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Those that are as they should be.
    pub good: u64,
    /// All of them.
    pub total: u64,
}

impl Share {
    /// From 0 to 1; 1 of nothing.
    pub fn ratio(self) -> f64 {
        match self.total {
            0 => 1.0,
            total => self.good as f64 / total as f64,
        }
    }

    fn count(&mut self, is_good: bool) {
        self.total += 1;
        self.good += u64::from(is_good);
    }
}

/// A line that got a template of another place.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// Where the line says that it was logged: `net.cpp:1234`.
    pub location: String,
    /// The line's message.
    pub message: String,
    /// The template's text.
    pub template: String,
}

impl Coverage {
    /// Looks at a line.
    pub fn add(&mut self, catalogue: &Catalogue, line: &Prefix<'_>) {
        let found = catalogue.find(line.message, line.category);
        self.all.count(found.is_some());
        if found.is_none() && self.unmatched.len() < MAX_UNMATCHED {
            *self.unmatched.entry(self.unmatched_key(line)).or_default() += 1;
        }
        let Some(source) = line.source else { return };
        let is_right = found.as_ref().is_some_and(|found| {
            let mut locations = found.template.locations.iter();
            locations.any(|place| place.file == source.file && place.line == source.line)
        });
        self.judged.count(is_right);
        self.locations
            .entry((source.file.to_owned(), source.line))
            .or_default()
            .count(is_right);
        if let Some(found) = found
            && !is_right
        {
            self.wrong_lines += 1;
            if self.wrong.len() < MAX_WRONG {
                self.wrong.push(Wrong {
                    location: format!("{}:{}", source.file, source.line),
                    message: line.message.to_owned(),
                    template: found.template.text.clone(),
                });
            }
        }
    }

    fn unmatched_key(&self, line: &Prefix<'_>) -> String {
        match line.source {
            Some(source) => format!("{}:{} {}", source.file, source.line, line.message),
            None => line.message.to_owned(),
        }
    }

    /// Lines that got a template, of all lines.
    pub fn lines(&self) -> Share {
        self.all
    }

    /// Lines that got a template of the place that they name, of those that
    /// name one.
    pub fn judged_lines(&self) -> Share {
        self.judged
    }

    /// Places of which every line got a template of theirs, of all places
    /// that lines name.
    pub fn locations(&self) -> Share {
        let mut share = Share::default();
        for location in self.locations.values() {
            share.count(location.good == location.total);
        }
        share
    }

    /// How many lines got a template of another place than they name.
    pub fn wrong_lines(&self) -> u64 {
        self.wrong_lines
    }

    /// The first of them.
    pub fn wrong(&self) -> &[Wrong] {
        &self.wrong
    }

    /// Texts that no template fits, with their number, the most frequent first.
    pub fn unmatched(&self) -> Vec<(&str, u64)> {
        let texts = self.unmatched.iter();
        let mut texts: Vec<_> = texts.map(|(text, count)| (text.as_str(), *count)).collect();
        texts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
        texts
    }
}
