//! Which template a message is of: Core's catalogue first, then what was
//! found among the lines themselves.

mod mask;
mod miner;
mod parameter;

use std::collections::HashSet;

use peer_observer_event::{LogParameter, LogTemplateOrigin, LogTemplateSeen};

use crate::catalogue::{Catalogue, Template};
use crate::prefix::old_level;
use miner::Miner;

pub(crate) use parameter::hash;

/// Templates that are remembered as seen. All of Core's and as many others as
/// are mined at a time are fewer; a log that goes on making up new ones is not
/// worth a notice for each.
const MOST_SEEN: usize = 8192;

/// A message's template.
pub(crate) struct Found {
    pub(crate) id: u64,
    pub(crate) origin: LogTemplateOrigin,
    pub(crate) parameters: Vec<LogParameter>,
    /// Says so when it was met for the first time.
    pub(crate) first: Option<LogTemplateSeen>,
}

/// Finds templates.
pub(crate) struct Templates {
    catalogue: &'static Catalogue,
    miner: Miner,
    seen: HashSet<u64>,
}

impl Templates {
    pub(crate) fn new() -> Templates {
        Templates {
            catalogue: Catalogue::built_in(),
            miner: Miner::default(),
            seen: HashSet::new(),
        }
    }

    /// The template of a message; `None` where none fits.
    pub(crate) fn find(&mut self, message: &str, category: &str) -> Option<Found> {
        let known = self.catalogue.find(message, category).or_else(|| {
            // Where older versions write a level into the message, newer ones
            // have it in the prefix.
            let (_, message) = old_level(message)?;
            self.catalogue.find(message, category)
        });
        if let Some(known) = known {
            let parameters = known.parameters.iter();
            return Some(Found {
                id: known.template.id,
                origin: LogTemplateOrigin::Catalogue,
                parameters: parameters
                    .map(|parameter| parameter::typed(parameter.text, parameter.kind))
                    .collect(),
                first: self
                    .is_first(known.template.id)
                    .then(|| catalogue_template_seen(known.template)),
            });
        }
        let mined = self.miner.find(message)?;
        let (id, parameters) = (mined.id, mined.parameters);
        let first = is_first(&mut self.seen, id).then(|| LogTemplateSeen {
            template_id: id,
            origin: LogTemplateOrigin::Mined.into(),
            template: mined.template.to_owned(),
            category: category.to_owned(),
            locations: Vec::new(),
        });
        Some(Found {
            id,
            origin: LogTemplateOrigin::Mined,
            parameters,
            first,
        })
    }

    fn is_first(&mut self, id: u64) -> bool {
        is_first(&mut self.seen, id)
    }
}

fn is_first(seen: &mut HashSet<u64>, id: u64) -> bool {
    !seen.contains(&id) && seen.len() < MOST_SEEN && seen.insert(id)
}

fn catalogue_template_seen(template: &Template) -> LogTemplateSeen {
    let locations = template.locations.iter();
    LogTemplateSeen {
        template_id: template.id,
        origin: LogTemplateOrigin::Catalogue.into(),
        template: template.text.clone(),
        category: template.category.clone(),
        locations: locations
            .map(|location| format!("{}:{}", location.file, location.line))
            .collect(),
    }
}
