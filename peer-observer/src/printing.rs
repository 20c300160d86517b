//! From the command line to what `watch` and `tool watch` print.

use std::io::{IsTerminal, stdout};

use peer_observer_watch::{Format, Settings};

use crate::cli::PrintArgs;

/// What is printed on standard output, and how.
pub(crate) fn settings(arguments: &PrintArgs) -> Settings {
    Settings {
        filter: arguments.filter(),
        format: if arguments.json {
            Format::Json
        } else {
            Format::Text
        },
        colour: stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        count: arguments.count,
        number: arguments.number,
    }
}
