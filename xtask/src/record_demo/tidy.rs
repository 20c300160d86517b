//! What would tell of the machine that it was recorded on.

use std::path::Path;

use anyhow::{Result, ensure};
use peer_observer_event::{Event, LogParameter, Payload, log_parameter};

use super::nodes::Nodes;

/// What the header says of this.
pub(super) const REDACTION: &str =
    "paths in texts: the nodes' data directories are /alice, /bob and /carol";

/// A host's name that is shorter could be part of any word.
const SHORTEST_NAME: usize = 4;

/// Gives data directories other names wherever an event tells a path.
pub(super) fn tidy(event: &mut Event, nodes: &Nodes) {
    for watched in nodes.all() {
        let directory = watched.node.datadir().display().to_string();
        let name = format!("/{}", watched.node.name());
        for text in texts(event) {
            if text.contains(&directory) {
                *text = text.replace(&directory, &name);
            }
        }
    }
}

/// Texts in which extractors and nodes tell paths.
fn texts(event: &mut Event) -> Vec<&mut String> {
    match &mut event.payload {
        Some(Payload::Started(started)) => vec![&mut started.detail],
        Some(Payload::NodeBack(back)) => vec![&mut back.detail],
        Some(Payload::NodeGone(gone)) => vec![&mut gone.detail],
        Some(Payload::Gap(gap)) => vec![&mut gap.detail],
        Some(Payload::LogLine(line)) => {
            let parameters = line.parameters.iter_mut().filter_map(parameter_text);
            std::iter::once(&mut line.message)
                .chain(parameters)
                .collect()
        }
        _ => Vec::new(),
    }
}

fn parameter_text(parameter: &mut LogParameter) -> Option<&mut String> {
    match &mut parameter.value {
        Some(log_parameter::Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// Fails where an event still tells something of this machine.
pub(super) fn check(events: &[Event], nodes: &Nodes) -> Result<()> {
    let mut secrets: Vec<String> = nodes
        .all()
        .iter()
        .map(|watched| watched.node.datadir().display().to_string())
        .collect();
    let directories = [std::env::temp_dir(), std::env::current_dir()?];
    secrets.extend(directories.map(|directory| directory.display().to_string()));
    secrets.extend(std::env::var("HOME"));
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    secrets.extend((host.trim().len() >= SHORTEST_NAME).then(|| host.trim().to_owned()));
    // The root directory is in every path.
    secrets.retain(|secret| Path::new(secret) != Path::new("/") && !secret.is_empty());
    for event in events {
        let text = event.to_json();
        let told = secrets.iter().find(|secret| text.contains(*secret));
        ensure!(told.is_none(), "an event tells {told:?}: {text}");
    }
    Ok(())
}
