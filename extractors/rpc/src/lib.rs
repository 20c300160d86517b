//! Extractor: the node's RPC interface.
