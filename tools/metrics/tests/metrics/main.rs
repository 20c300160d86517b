//! Events go through a real bus into the component; the text is what a user sees.

mod bounds;
mod everything;
mod harness;
mod lines;
mod peers;
mod pipeline;
mod promtool;
mod reference;
mod replies;
mod samples;
mod text;
