//! Which events a client wants.

use peer_observer_event::{Event, Filter, KindSet, LogLevel, LogLine, Payload};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// The parts of a request that choose events.
pub(super) struct Wanted {
    pub(super) events: Filter,
    pub(super) log: LogFilter,
}

/// `log` of a request: which lines of debug.log. Leaves out no other events.
/// An absent part wants all.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogFilter {
    /// As Core names them; the empty one: lines without a category.
    categories: Option<Vec<String>>,
    /// This level or a more urgent one.
    #[serde(default, deserialize_with = "level")]
    level: Option<LogLevel>,
    #[serde(default, deserialize_with = "template_ids")]
    templates: Option<Vec<u64>>,
}

impl Wanted {
    pub(super) fn matches(&self, event: &Event) -> bool {
        self.events.matches(event)
            && match &event.payload {
                Some(Payload::LogLine(line)) => self.log.matches(line),
                _ => true,
            }
    }

    /// The kinds to subscribe to.
    pub(super) fn kind_set(&self) -> KindSet {
        self.events.kind_set()
    }
}

impl LogFilter {
    fn matches(&self, line: &LogLine) -> bool {
        self.level.is_none_or(|least| line.level() >= least)
            && has(&self.categories, |category| *category == line.category)
            && has(&self.templates, |id| Some(*id) == line.template_id)
    }
}

fn has<T>(list: &Option<Vec<T>>, is_it: impl FnMut(&T) -> bool) -> bool {
    list.as_ref().is_none_or(|list| list.iter().any(is_it))
}

fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<LogLevel>, D::Error> {
    let word = String::deserialize(deserializer)?;
    LogLevel::from_word(&word)
        .filter(|level| *level != LogLevel::Unspecified)
        .map(Some)
        .ok_or_else(|| D::Error::custom(format!("unknown level {word:?}")))
}

/// Text, as 64-bit numbers are in JSON here.
fn template_ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u64>>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let id = |text: &String| {
        text.parse()
            .map_err(|_| D::Error::custom(format!("{text:?} is no template_id")))
    };
    texts.iter().map(id).collect::<Result<_, _>>().map(Some)
}
