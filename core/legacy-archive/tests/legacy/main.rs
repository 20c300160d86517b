//! Files in the old format, written with structures of the old schema, and
//! what becomes of them.

mod addresses;
mod blocks;
mod connections;
mod damage;
mod envelope;
mod files;
mod log;
mod messages;
mod old;
mod other;
mod rpc;
mod rpc_peers;
mod small;
mod support;
