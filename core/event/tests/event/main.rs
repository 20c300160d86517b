//! What tools rely on, for an event of every payload and every P2P message.

mod display;
mod extractor_samples;
mod filter;
mod json;
mod kind;
mod reduce;
mod rpc_field;
mod rpc_samples;
mod samples;
mod wire;
