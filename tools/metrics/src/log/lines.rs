//! Every line of debug.log, whatever it says.

use std::sync::Arc;

use peer_observer_event::{LogLevel, LogLine, LogRateLimit};
use prometheus_client::metrics::counter::Counter;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, NodeName};
use crate::labels::log::{CATEGORY, FLAW, LEVEL, RATE_LIMIT_CHANGE, SEVERE_LEVEL};
use crate::slots::LOG_LEVELS;
use crate::words::log::{CATEGORY_WORDS, FLAWS, RATE_LIMIT_CHANGES, category_place};

/// Families of lines.
pub(crate) struct LineFamilies {
    lines: Counters<2>,
    bytes: Counters<2>,
    severe: Counters<1>,
    flawed: Counters<1>,
    rate_limited: Counters<0>,
    rate_limits: Counters<1>,
    left_out_bytes: Counters<0>,
}

impl LineFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> LineFamilies {
        catalogue.area("Log lines", "debug.log");
        LineFamilies {
            lines: catalogue.family(
                define(
                    "log_lines",
                    "lines",
                    "Lines of debug.log; output that spans several lines is several",
                )
                .labels([CATEGORY, LEVEL])
                .existing("`log_events`"),
            ),
            bytes: catalogue.family(
                define(
                    "log_bytes",
                    "bytes",
                    "Size of the lines of debug.log, prefix and line ends included",
                )
                .labels([CATEGORY, LEVEL])
                .existing("`log_bytes`"),
            ),
            severe: catalogue.family(
                define(
                    "log_severe_lines",
                    "lines",
                    "Warnings and errors of all categories; from 0 on, so that the first one is \
                     seen as growth",
                )
                .labels([SEVERE_LEVEL]),
            ),
            flawed: catalogue.family(
                define(
                    "log_flawed_lines",
                    "lines",
                    "Lines that are not as they should be",
                )
                .labels([FLAW])
                .existing("none: a byte that is not UTF-8 ends the extractor"),
            ),
            rate_limited: catalogue.family(
                define(
                    "log_rate_limited_lines",
                    "lines",
                    "Lines with Bitcoin Core's mark `[*]`: others of their place in the source \
                     were left out",
                )
                .source("the line's prefix, Bitcoin Core 30 and newer"),
            ),
            rate_limits: catalogue.family(
                define(
                    "log_rate_limits",
                    "times",
                    "Times that Bitcoin Core began to leave out the lines of a place in its \
                     source, or went on with them",
                )
                .labels([RATE_LIMIT_CHANGE])
                .source("`Excessive logging detected` and `Restarting logging`, 30 and newer"),
            ),
            left_out_bytes: catalogue.family(
                define(
                    "log_rate_limit_left_out_bytes",
                    "bytes",
                    "Size of the lines that Bitcoin Core says it has left out",
                )
                .source("`Restarting logging`, Bitcoin Core 30 and newer"),
            ),
        }
    }
}

/// One node's part: the counters of every category and level, made when the
/// first such line comes.
pub(crate) struct LineMetrics {
    node: NodeName,
    series: Box<[Option<Series>]>,
    /// Where the last line's category is: the next line is mostly of the same one.
    last_category: usize,
    warnings: Counter,
    errors: Counter,
    /// By [`FLAWS`].
    flawed: [Counter; FLAWS.len()],
    rate_limited: Counter,
}

struct Series {
    lines: Counter,
    bytes: Counter,
}

impl LineMetrics {
    pub(crate) fn new(node: &NodeName, families: &LineFamilies) -> LineMetrics {
        let slots = CATEGORY_WORDS.len() * LOG_LEVELS;
        let severe = |level: LogLevel| families.severe.handle(node, [level.word()]);
        LineMetrics {
            node: Arc::clone(node),
            series: std::iter::repeat_with(|| None).take(slots).collect(),
            last_category: 0,
            warnings: severe(LogLevel::Warning),
            errors: severe(LogLevel::Error),
            flawed: FLAWS.map(|flaw| families.flawed.handle(node, [flaw])),
            rate_limited: families.rate_limited.handle(node, []),
        }
    }

    pub(crate) fn line(&mut self, line: &LogLine, families: &LineFamilies) {
        if line.category != CATEGORY_WORDS[self.last_category] {
            self.last_category = category_place(&line.category);
        }
        let (category, level) = (self.last_category, line.level());
        let slot = &mut self.series[category * LOG_LEVELS + level as usize];
        let series = slot.get_or_insert_with(|| {
            let values = [CATEGORY_WORDS[category], level.word()];
            Series {
                lines: families.lines.handle(&self.node, values),
                bytes: families.bytes.handle(&self.node, values),
            }
        });
        series.lines.inc_by(lines(line));
        series.bytes.inc_by(line.line_bytes);
        match level {
            LogLevel::Warning => {
                self.warnings.inc_by(lines(line));
            }
            LogLevel::Error => {
                self.errors.inc_by(lines(line));
            }
            _ => {}
        }
        if line.cut || line.invalid_utf8 || line.unterminated {
            self.flaws(line);
        }
        if line.rate_limited {
            self.rate_limited.inc();
        }
    }

    #[cold]
    fn flaws(&self, line: &LogLine) {
        let flaws = [line.cut, line.invalid_utf8, line.unterminated];
        for (counter, has_flaw) in self.flawed.iter().zip(flaws) {
            counter.inc_by(has_flaw.into());
        }
    }

    pub(crate) fn rate_limit(&self, limit: &LogRateLimit, families: &LineFamilies) {
        let change = RATE_LIMIT_CHANGES[usize::from(!limit.started)];
        families.rate_limits.at(&self.node, [change]).inc();
        if let Some(bytes) = limit.dropped_bytes {
            families.left_out_bytes.at(&self.node, []).inc_by(bytes);
        }
    }
}

/// Lines of the file that the event is made from.
pub(super) fn lines(line: &LogLine) -> u64 {
    line.line_count.max(1).into()
}
