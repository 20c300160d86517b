//! Events go through a real bus into the component; the text is what a user sees.

mod bounds;
mod harness;
mod lines;
mod pipeline;
mod text;
