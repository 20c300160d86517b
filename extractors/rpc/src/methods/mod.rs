//! The methods that are called, one file each.

mod getpeerinfo;

use crate::method::Method;

/// Every method that this extractor can call.
pub(crate) const METHODS: &[Method] = &[getpeerinfo::GETPEERINFO];
