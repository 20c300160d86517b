//! What is known of a node: discovery, process, RPC access.
