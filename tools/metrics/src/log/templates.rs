//! Templates: what kinds of messages there are in debug.log.

use peer_observer_event::{LogLine, LogTemplateSeen};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;

use super::lines::lines;
use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Gauges, NodeName};
use crate::labels::log::{TEMPLATE, TEMPLATE_ORIGIN};
use crate::words::log::{TEMPLATES, template_place};

/// Families of templates.
pub(crate) struct TemplateFamilies {
    lines: Counters<1>,
    known: Gauges<1>,
    seen: Counters<1>,
}

impl TemplateFamilies {
    /// Goes on with the area of the lines.
    pub(crate) fn new(catalogue: &mut Catalogue) -> TemplateFamilies {
        TemplateFamilies {
            lines: catalogue.family(
                define(
                    "log_template_lines",
                    "lines",
                    "Lines of debug.log by what found the template that they follow",
                )
                .labels([TEMPLATE]),
            ),
            known: catalogue.family(
                define(
                    "log_templates",
                    "templates",
                    "Templates that the extractor has met since it started",
                )
                .labels([TEMPLATE_ORIGIN]),
            ),
            seen: catalogue.family(
                define(
                    "log_new_templates",
                    "templates",
                    "Times that an extractor met a template for the first time since it started",
                )
                .labels([TEMPLATE_ORIGIN]),
            ),
        }
    }
}

/// One node's part.
pub(crate) struct TemplateMetrics {
    /// By [`TEMPLATES`].
    lines: [Counter; TEMPLATES.len()],
    origins: [Origin; TEMPLATES.len() - 1],
}

struct Origin {
    known: Gauge,
    seen: Counter,
}

impl TemplateMetrics {
    pub(crate) fn new(node: &NodeName, families: &TemplateFamilies) -> TemplateMetrics {
        let [_, catalogue, mined] = TEMPLATES;
        TemplateMetrics {
            lines: TEMPLATES.map(|template| families.lines.handle(node, [template])),
            origins: [catalogue, mined].map(|origin| Origin {
                known: families.known.handle(node, [origin]),
                seen: families.seen.handle(node, [origin]),
            }),
        }
    }

    pub(crate) fn line(&self, line: &LogLine) {
        let place = match line.template_id {
            Some(_) => template_place(line.template_origin()),
            None => 0,
        };
        self.lines[place].inc_by(lines(line));
    }

    pub(crate) fn seen(&self, seen: &LogTemplateSeen) {
        let place = template_place(seen.origin());
        if let Some(origin) = place.checked_sub(1).map(|place| &self.origins[place]) {
            origin.known.inc();
            origin.seen.inc();
        }
    }

    /// The extractor begins anew.
    pub(crate) fn forget(&self) {
        self.origins.iter().for_each(|origin| {
            origin.known.set(0);
        });
    }
}
