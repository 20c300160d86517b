//! The P2P extractor: the node dials us, and we look at it as a peer does.

mod component;
mod settings;

pub use component::P2p;
pub use settings::P2pExtractorSettings;
