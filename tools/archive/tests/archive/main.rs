//! The archive as a user has it: recorded, found again, played back.

mod copy;
mod disk;
mod filters;
mod merge;
mod recorder;
mod replay;
mod retention;
mod support;
