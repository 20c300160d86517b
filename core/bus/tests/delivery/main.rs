//! What extractors and tools rely on: one order for all, and loss that is
//! counted, told in place and nobody else's.

mod close;
mod loss;
mod order;
mod replay;
mod support;
