//! Tool: events as lines in a terminal.
