//! `docs/metrics.md`, made from the definitions.

use std::fmt::Write;

use crate::catalogue::{Area, Catalogue, Entry, Kind, PREFIX};
use crate::fold::Fold;
use crate::labels::{Label, Values};
use crate::scrape::LookedUp;

const INTRODUCTION: &str = "\
# Metrics

<!-- Made from the definitions in tools/metrics. To rewrite it:
     UPDATE_DOCS=1 cargo test -p peer-observer-metrics --test metrics reference -->

Everything that `/metrics` can show. A series appears with the first event or reply that it counts;
those of losses, errors, reorganisations and mutated blocks are there as 0 once somebody looks, so that
`increase()` sees the first one.

* **node**: every metric has the label `node`, the name of the node in the configuration, unless it is
  said to be *of the process*. Series of the bus, which has no node, have an empty one. After 256 nodes
  the rest is `other`.
* **Labels are bounded**: their values are words from fixed lists and names from the configuration, never
  what a peer chose. What is in no list is `other`.
* **counter**: only grows, and begins at 0 with the process. Counters that the node keeps begin at 0
  with the node.
* **gauge**: as of the last event or reply. What a reply does not have, has no series. When rpc, log, p2p,
  ipc or process no longer read from the node, nothing that they said last has one.
  `peerobserver_rpc_reply_time_seconds` says how old a method's numbers are.
* **snapshot**: a histogram of what is there at the moment, such as the ages of all connections. It is
  replaced by every reply: use `histogram_quantile()` on it without `rate()`.
* **Existing** is what corresponds to it in the existing open-source peer-observer. Its names begin with
  `peerobserver_`, too, unless written out.
";

const DIFFERENCES: &str = "\
## What is otherwise than in the existing peer-observer

* Counters end in `_total`. Names have units, and the units are seconds, bytes and satoshis throughout.
* Networks, directions and types of connections are words everywhere, and the same words.
* Numbers over nothing (a mean without peers, orphans without any) are absent instead of 2^63 - 1 or NaN.
* Counts are counters. A sum over the peers of the moment falls when a peer leaves, and is none.
* Connections now are counted with opening and closing alike, and corrected by getpeerinfo.
* Service bits have their own number everywhere.
* What is lost between the node and here is counted: `peerobserver_hop_dropped_total`.
* No label holds a user agent, reject text, subnet, peer, whole bit field of services, or any port, version
  or fee rate there is: peers choose these, and could make any number of series.
* What our own P2P connection shows is named `probe_*`, with addr, headers and compact blocks, too; the time
  from connecting a block to its announcement is formed here.
* The node's process is watched, as process-exporter does it, without another program.
* There is nothing yet from lists of addresses (LinkingLion, Tor exits, ban lists), or from autonomous
  systems without -asmap.
";

/// Longer lists of values stand once, at the end.
const SHORT_LIST: usize = 7;

/// The text of `docs/metrics.md`: every metric with its type, unit, labels,
/// buckets, source, and what corresponds to it in the existing peer-observer.
pub fn reference() -> String {
    let mut catalogue = Catalogue::new();
    let fold = Fold::new(&mut catalogue, Vec::new());
    LookedUp::new(&mut catalogue, fold.hop_families());
    let areas = catalogue.into_areas();
    let mut text = INTRODUCTION.to_owned();
    text.push_str("\n## Areas\n\n");
    for area in &areas {
        line(
            &mut text,
            format_args!("* [{}](#{})", area.title, anchor(area.title)),
        );
    }
    let mut long_lists = Vec::new();
    for area in &areas {
        write_area(&mut text, area, &mut long_lists);
    }
    line(&mut text, format_args!("\n## Values of labels"));
    for label in long_lists {
        line(
            &mut text,
            format_args!("\n### {}\n\n{}", list_title(&label), list(&label)),
        );
    }
    text.push('\n');
    text.push_str(DIFFERENCES);
    text
}

fn write_area(text: &mut String, area: &Area, long_lists: &mut Vec<Label>) {
    line(
        text,
        format_args!("\n## {}\n\nMade from {}.", area.title, area.source),
    );
    for entry in &area.entries {
        write_entry(text, entry, area, long_lists);
    }
}

fn write_entry(text: &mut String, entry: &Entry, area: &Area, long_lists: &mut Vec<Label>) {
    let end = match entry.kind {
        Kind::Counter => "_total",
        Kind::Info => "_info",
        Kind::Gauge | Kind::Histogram | Kind::Snapshot => "",
    };
    line(text, format_args!("\n### `{PREFIX}_{}{end}`\n", entry.name));
    line(text, format_args!("{}.\n", entry.help));
    let kind = match entry.kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
        Kind::Snapshot => "snapshot",
        Kind::Info => "info",
    };
    let whose = if entry.has_node {
        ""
    } else {
        ", of the process"
    };
    line(text, format_args!("* {kind}{whose}; unit: {}", entry.unit));
    for label in &entry.labels {
        write_label(text, label, long_lists);
    }
    if !entry.buckets.is_empty() {
        let bounds: Vec<String> = entry.buckets.iter().map(f64::to_string).collect();
        line(text, format_args!("* buckets: {}", bounds.join(", ")));
    }
    if entry.source != area.source {
        line(text, format_args!("* source: {}", entry.source));
    }
    if !entry.existing.is_empty() {
        line(text, format_args!("* existing: {}", entry.existing));
    }
}

fn write_label(text: &mut String, label: &Label, long_lists: &mut Vec<Label>) {
    let is_long = matches!(label.values, Values::Words(words) if words().len() > SHORT_LIST);
    let values = if is_long {
        let title = list_title(label);
        if !long_lists.iter().any(|known| list_title(known) == title) {
            long_lists.push(*label);
        }
        format!("one of [these](#{})", anchor(&title))
    } else if matches!(label.values, Values::Words(_)) {
        format!("one of {}", list(label))
    } else {
        list(label)
    };
    let (name, meaning) = (label.name, label.meaning);
    line(text, format_args!("* label `{name}`: {meaning}; {values}"));
}

/// The heading over a long list.
fn list_title(label: &Label) -> String {
    format!("`{}`: {}", label.name, label.meaning)
}

fn list(label: &Label) -> String {
    match label.values {
        Values::Words(words) => {
            let quoted: Vec<String> = words().iter().map(|word| format!("`{word}`")).collect();
            quoted.join(", ")
        }
        Values::Bounded(bound) => bound.to_owned(),
    }
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{line}");
}

/// As Markdown renderers make it from a heading.
fn anchor(title: &str) -> String {
    let lower = title.to_lowercase();
    let kept = lower
        .chars()
        .filter(|char| char.is_alphanumeric() || " _-".contains(*char));
    kept.map(|char| if char == ' ' { '-' } else { char })
        .collect()
}
