//! Which version this is.

/// Version, and the commit it was built from where that is known.
pub(crate) const FULL: &str = env!("PEER_OBSERVER_VERSION");

/// For the headers of archives.
pub(crate) const SOFTWARE: &str = concat!("peer-observer ", env!("CARGO_PKG_VERSION"));
