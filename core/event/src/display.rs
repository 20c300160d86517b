//! One line for an event, for terminals and logs.
