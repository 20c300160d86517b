//! Events of made-up nodes go into the fold; what it shows is looked at.

mod clocks;
mod hostile;
mod propagation;
mod tips;
mod transactions;
mod world;
