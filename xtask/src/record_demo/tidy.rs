//! What would tell of the machine that it was recorded on.

use std::path::Path;

use anyhow::{Result, ensure};
use peer_observer_event::{Event, LogParameter, Payload, log_parameter};

/// What the header says of this.
pub(super) const REDACTION: &str =
    "paths in texts: the nodes' data directories are /alice, /bob and /carol";

/// A host's name that is shorter could be part of any word.
const SHORTEST_NAME: usize = 4;

/// Gives nodes' data directories their names wherever an event tells a path.
pub(super) fn tidy(event: &mut Event, directories: &[(String, String)]) {
    for text in texts(event) {
        for (directory, name) in directories {
            if text.contains(directory) {
                *text = text.replace(directory, &format!("/{name}"));
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
pub(super) fn check(events: &[Event], directories: &[(String, String)]) -> Result<()> {
    let directories = directories.iter().map(|(directory, _)| directory.clone());
    let mut secrets: Vec<String> = directories.collect();
    let ours = [std::env::temp_dir(), std::env::current_dir()?];
    secrets.extend(ours.map(|directory| directory.display().to_string()));
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

#[cfg(test)]
mod tests {
    use peer_observer_event::{LogLine, NodeBack};

    use super::*;

    fn directories() -> Vec<(String, String)> {
        let directory = std::env::temp_dir().join("node-x7");
        vec![(directory.display().to_string(), "alice".to_owned())]
    }

    fn event(payload: Payload) -> Event {
        Event {
            payload: Some(payload),
            ..Event::default()
        }
    }

    #[test]
    fn paths_are_given_other_names() {
        let directories = directories();
        let text = format!("reads {}/regtest/debug.log", directories[0].0);
        let parameter = LogParameter {
            value: Some(log_parameter::Value::Text(text.clone())),
        };
        let line = LogLine {
            message: text.clone(),
            parameters: vec![parameter],
            ..LogLine::default()
        };
        let back = NodeBack {
            pid: None,
            detail: text,
        };
        for payload in [Payload::LogLine(Box::new(line)), Payload::NodeBack(back)] {
            let mut event = event(payload);
            assert!(check(std::slice::from_ref(&event), &directories).is_err());
            tidy(&mut event, &directories);
            check(std::slice::from_ref(&event), &directories).unwrap();
            assert!(event.to_json().contains("reads /alice/regtest/debug.log"));
        }
    }
}
