//! Where the log is: looked for again and again, as the node may be started
//! with other options.

use std::path::{Path, PathBuf};

use peer_observer_bus::wall_clock_ns;
use peer_observer_node::DebugLog;

use crate::input::{Follower, Input, Start, beginning_of_life};
use crate::lives::Lives;
use crate::settings::{LogExtractorSettings, LogInput};

/// What is known of where the log is.
pub(crate) enum Place {
    /// Where it was.
    AsBefore,
    /// Here.
    Here(Found),
    /// The node writes none.
    Nowhere,
    /// That cannot be found out now, for this reason.
    Unknown(String),
}

/// A log that was found.
pub(crate) struct Found {
    pub(crate) input: Input,
    /// Since when the node may have written something that is not read, in
    /// nanoseconds since the epoch.
    pub(crate) missed_since_ns: Option<u64>,
}

/// Looks where the log is; `current` is what is read now.
pub(crate) fn find(
    settings: &LogExtractorSettings,
    lives: &mut Lives,
    current: Option<&Input>,
) -> Place {
    let first_start = match settings.from_beginning {
        true => Start::Beginning,
        false => Start::End,
    };
    let here = |input| {
        Place::Here(Found {
            input,
            missed_since_ns: None,
        })
    };
    match &settings.input {
        LogInput::DebugLog => find_debug_log(lives, current, first_start),
        _ if current.is_some() => Place::AsBefore,
        LogInput::StandardInput => here(Input::standard()),
        LogInput::File(path) => here(following(path.clone(), first_start)),
    }
}

fn following(path: PathBuf, start: Start) -> Input {
    Input::Path(Follower::new(path, start))
}

fn find_debug_log(lives: &mut Lives, current: Option<&Input>, first_start: Start) -> Place {
    let log = match lives.node() {
        Ok(node) => node.debug_log(),
        // What was found before is read on.
        Err(_) if current.is_some() => return Place::AsBefore,
        Err(error) => return Place::Unknown(error.to_string()),
    };
    let known = current.and_then(Input::path);
    match log {
        DebugLog::File(path) if known == Some(&*path) => Place::AsBefore,
        _ if current.is_some() && lives.is_mute() => Place::AsBefore,
        DebugLog::Off(_) => Place::Nowhere,
        DebugLog::File(path) => {
            let (start, missed_since_ns) = match known {
                Some(_) => start_elsewhere(lives, &path, first_start),
                None => (first_start, None),
            };
            Place::Here(Found {
                input: following(path, start),
                missed_since_ns,
            })
        }
    }
}

/// The node was started with another chain or another debuglogfile, and has
/// perhaps written something there already: where to begin, and since when
/// something may be missed.
fn start_elsewhere(lives: &Lives, path: &Path, first_start: Start) -> (Start, Option<u64>) {
    let since_ns = lives.start_ns();
    let found = since_ns.map(|since_ns| beginning_of_life(path, since_ns));
    match found {
        Some(Ok(Some(start))) => (start, None),
        _ => (first_start, Some(since_ns.unwrap_or_else(wall_clock_ns))),
    }
}
