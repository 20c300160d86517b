//! Labels of the node's process.

use super::{Label, or_other};
use crate::words::process;

pub(crate) const THREAD: Label = Label::words(
    "thread",
    "name of the thread, as Linux cuts it; a numbered pool has one",
    || or_other(&process::THREADS),
);
pub(crate) const CPU_MODE: Label = Label::words("mode", "where the time was spent", || {
    process::CPU_MODES.into()
});
pub(crate) const SWITCH: Label = Label::words(
    "kind",
    "the thread had to wait for something, or others had their turn",
    || process::SWITCHES.into(),
);
pub(crate) const MEMORY_KIND: Label = Label::words("kind", "what the memory holds", || {
    process::MEMORY_KINDS.into()
});
pub(crate) const FAULT: Label = Label::words("kind", "`major` had to wait for a disk", || {
    process::FAULTS.into()
});
pub(crate) const OPERATION: Label = Label::words("operation", "from the file, or to it", || {
    process::OPERATIONS.into()
});
pub(crate) const RESOURCE: Label = Label::words("resource", "what was waited for", || {
    or_other(&process::RESOURCES)
});
pub(crate) const PRESSURE_SCOPE: Label = Label::words("scope", "whose tasks waited", || {
    or_other(&process::PRESSURE_SCOPES)
});
pub(crate) const STALL: Label = Label::words("stall", "some tasks waited, or all of them", || {
    process::STALLS.into()
});
pub(crate) const SAMPLE: Label = Label::words(
    "sample",
    "threads, files and status, or the proportional memory",
    || process::SAMPLES.into(),
);
