//! What the node writes to debug.log: how much, of what, and its warnings.

use std::collections::VecDeque;
use std::sync::Arc;

use peer_observer_event::{Event, LogLevel, LogLine, Payload};
use serde::Serialize;

use super::templates::{TemplateRow, Templates};
use super::text::shortened;

/// Core has 30 categories.
const MOST_CATEGORIES: usize = 64;
const LONGEST_CATEGORY: usize = 32;

/// Warnings and errors that are kept.
pub(super) const MOST_ALARMS: usize = 50;

/// Of a warning, in characters.
const LONGEST_MESSAGE: usize = 500;

/// Levels, the one that is not known included.
const LEVELS: usize = LogLevel::Error as usize + 1;

/// Sums over all lines of one node's log that we saw.
#[derive(Default)]
pub(super) struct Log {
    sum: Count,
    levels: [u64; LEVELS],
    rate_limited: u64,
    categories: Vec<(Arc<str>, Count)>,
    /// Lines of categories beyond [`MOST_CATEGORIES`].
    other_categories: Count,
    templates: Templates,
    alarms: VecDeque<AlarmRow>,
}

/// How many lines, and their bytes in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Count {
    pub(super) lines: u64,
    pub(super) bytes: u64,
}

/// `log` in `/api/v1/vitals`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LogRow {
    #[serde(flatten)]
    sum: Count,
    levels: Vec<LevelRow>,
    rate_limited: u64,
    templates: usize,
}

/// One level that lines have.
#[derive(Clone, Debug, Serialize)]
struct LevelRow {
    level: &'static str,
    lines: u64,
}

/// One line of `nodes` in `/api/v1/log`, its name apart.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LogDetails {
    /// The most frequent first.
    categories: Vec<CategoryRow>,
    /// The most frequent first.
    templates: Vec<TemplateRow>,
    /// The latest first.
    alarms: Vec<AlarmRow>,
}

/// One category; empty: lines without one.
#[derive(Clone, Debug, Serialize)]
struct CategoryRow {
    category: Arc<str>,
    #[serde(flatten)]
    count: Count,
}

/// A warning or an error.
#[derive(Clone, Debug, Serialize)]
struct AlarmRow {
    time_ns: String,
    level: &'static str,
    category: Arc<str>,
    message: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_id: Option<String>,
}

impl Count {
    pub(super) fn add(&mut self, line: &LogLine) {
        // An extractor that knows no better says 0.
        self.lines += u64::from(line.line_count.max(1));
        self.bytes = self.bytes.saturating_add(line.line_bytes);
    }
}

impl Log {
    /// Takes the event into account, if it is about the log.
    pub(super) fn apply(&mut self, event: &Event, payload: &Payload) {
        match payload {
            Payload::LogLine(line) => self.line(event, line),
            Payload::LogTemplateSeen(seen) => self.templates.seen(seen),
            _ => {}
        }
    }

    fn line(&mut self, event: &Event, line: &LogLine) {
        self.sum.add(line);
        let level = line.level();
        self.levels[level as usize] += 1;
        self.rate_limited += u64::from(line.rate_limited);
        self.category(&line.category).add(line);
        self.templates.line(event.time_ns, line);
        if level >= LogLevel::Warning {
            if self.alarms.len() == MOST_ALARMS {
                self.alarms.pop_front();
            }
            self.alarms.push_back(AlarmRow {
                time_ns: event.time_ns.to_string(),
                level: level.word(),
                category: shortened(&line.category, LONGEST_CATEGORY),
                message: shortened(&line.message, LONGEST_MESSAGE),
                template_id: line.template_id.map(|id| id.to_string()),
            });
        }
    }

    fn category(&mut self, name: &str) -> &mut Count {
        let place = self
            .categories
            .iter()
            .position(|(known, _)| **known == *name);
        let is_full = self.categories.len() == MOST_CATEGORIES;
        let place = match place {
            Some(place) => place,
            None if is_full || name.len() > LONGEST_CATEGORY => return &mut self.other_categories,
            None => {
                self.categories.push((name.into(), Count::default()));
                self.categories.len() - 1
            }
        };
        &mut self.categories[place].1
    }

    /// Absent as long as no line has come.
    pub(super) fn row(&self) -> Option<LogRow> {
        let level = |(place, lines): (usize, &u64)| LevelRow {
            // Each place is a level's number.
            level: LogLevel::try_from(place as i32).unwrap_or_default().word(),
            lines: *lines,
        };
        let levels = self.levels.iter().enumerate();
        (self.sum.lines > 0).then(|| LogRow {
            sum: self.sum,
            levels: levels.filter(|(_, lines)| **lines > 0).map(level).collect(),
            rate_limited: self.rate_limited,
            templates: self.templates.len(),
        })
    }

    pub(super) fn details(&self) -> LogDetails {
        let row = |(category, count): (&Arc<str>, Count)| CategoryRow {
            category: Arc::clone(category),
            count,
        };
        let other: Arc<str> = "other".into();
        let known = self.categories.iter().map(|(name, count)| (name, *count));
        let others = (self.other_categories.lines > 0).then_some((&other, self.other_categories));
        let mut categories: Vec<CategoryRow> = known.chain(others).map(row).collect();
        categories.sort_by_key(|row| std::cmp::Reverse(row.count.lines));
        LogDetails {
            categories,
            templates: self.templates.rows(),
            alarms: self.alarms.iter().rev().cloned().collect(),
        }
    }
}
