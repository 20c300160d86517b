//! Which messages a node's log is made of.

use std::collections::HashMap;
use std::sync::Arc;

use peer_observer_event::{LogLevel, LogLine, LogTemplateOrigin, LogTemplateSeen};
use serde::Serialize;

use super::log::Count;
use super::text::shortened;

/// Templates that are counted: more than Core has, and less than a megabyte.
pub(super) const MOST_TEMPLATES: usize = 2_048;

/// Templates in a reply.
pub(super) const MOST_LISTED: usize = 200;

/// Of a template's text, in characters.
const LONGEST_TEXT: usize = 300;
const LONGEST_CATEGORY: usize = 32;

/// Places in Core's source where one text stands.
const MOST_LOCATIONS: usize = 4;
const LONGEST_LOCATION: usize = 100;

/// Counts by template.
#[derive(Default)]
pub(super) struct Templates(HashMap<u64, Template>);

#[derive(Default)]
struct Template {
    /// With `<*>` for each variable part; absent where the notice was missed.
    text: Option<Arc<str>>,
    /// The first line, until the text is known.
    example: Option<Arc<str>>,
    origin: LogTemplateOrigin,
    category: Arc<str>,
    level: LogLevel,
    locations: Vec<Arc<str>>,
    count: Count,
    last_ns: u64,
}

/// One line of `templates` in `/api/v1/log`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TemplateRow {
    template_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<Arc<str>>,
    origin: &'static str,
    category: Arc<str>,
    level: &'static str,
    locations: Vec<Arc<str>>,
    #[serde(flatten)]
    count: Count,
    last_ns: String,
}

impl Templates {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Its text, which comes before its first line.
    pub(super) fn seen(&mut self, seen: &LogTemplateSeen) {
        let locations = seen.locations.iter().take(MOST_LOCATIONS);
        let template = self.template(seen.template_id);
        template.text = Some(shortened(&seen.template, LONGEST_TEXT));
        template.example = None;
        template.origin = seen.origin();
        template.category = shortened(&seen.category, LONGEST_CATEGORY);
        template.locations = locations
            .map(|location| shortened(location, LONGEST_LOCATION))
            .collect();
    }

    pub(super) fn line(&mut self, time_ns: u64, line: &LogLine) {
        let Some(id) = line.template_id else { return };
        let template = self.template(id);
        if template.count.lines == 0 {
            template.level = line.level();
            if template.text.is_none() {
                template.example = Some(shortened(&line.message, LONGEST_TEXT));
                template.origin = line.template_origin();
                template.category = shortened(&line.category, LONGEST_CATEGORY);
            }
        }
        template.count.add(line);
        template.last_ns = time_ns;
    }

    fn template(&mut self, id: u64) -> &mut Template {
        if self.0.len() >= MOST_TEMPLATES && !self.0.contains_key(&id) {
            self.make_room();
        }
        self.0.entry(id).or_default()
    }

    /// Forgets the rarer half: what comes again is counted anew.
    fn make_room(&mut self) {
        let mut ranking = self.ranking();
        ranking.truncate(MOST_TEMPLATES / 2);
        let kept: HashMap<u64, Template> = ranking
            .into_iter()
            .filter_map(|id| self.0.remove_entry(&id))
            .collect();
        self.0 = kept;
    }

    /// The most frequent first, and of equals that with the smaller number.
    fn ranking(&self) -> Vec<u64> {
        let mut ranking: Vec<u64> = self.0.keys().copied().collect();
        ranking.sort_unstable_by_key(|id| {
            let lines = self.0.get(id).map_or(0, |template| template.count.lines);
            (std::cmp::Reverse(lines), *id)
        });
        ranking
    }

    pub(super) fn rows(&self) -> Vec<TemplateRow> {
        let ranking = self.ranking().into_iter();
        let known = ranking.filter_map(|id| Some((id, self.0.get(&id)?)));
        // Known by their text alone: their lines were forgotten, or are still to come.
        let used = known.filter(|(_, template)| template.count.lines > 0);
        used.take(MOST_LISTED)
            .map(|(id, template)| template.row(id))
            .collect()
    }
}

impl Template {
    fn row(&self, id: u64) -> TemplateRow {
        TemplateRow {
            template_id: id.to_string(),
            template: self.text.clone(),
            example: self.example.clone(),
            origin: self.origin.word(),
            category: Arc::clone(&self.category),
            level: self.level.word(),
            locations: self.locations.clone(),
            count: self.count,
            last_ns: self.last_ns.to_string(),
        }
    }
}
