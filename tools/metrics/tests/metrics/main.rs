//! Events go through a real bus into the component; the text is what a user sees.

mod bounds;
mod everything;
mod extractor_samples;
mod fleet;
mod harness;
mod ipc_and_process;
mod lines;
mod log;
mod peers;
mod pipeline;
mod probe;
mod promtool;
mod reference;
mod replies;
mod samples;
mod text;
