//! The node's interfaces, made from `schema/*.capnp` by the example `schema`.

#![allow(
    clippy::all,
    clippy::unimplemented,
    clippy::unwrap_used,
    missing_docs,
    rust_2018_idioms,
    unreachable_pub,
    unused
)]

#[rustfmt::skip]
pub(crate) mod common_capnp;
#[rustfmt::skip]
pub(crate) mod echo_capnp;
#[rustfmt::skip]
pub(crate) mod init_capnp;
#[rustfmt::skip]
pub(crate) mod mining_capnp;
#[rustfmt::skip]
pub(crate) mod proxy_capnp;
#[rustfmt::skip]
pub(crate) mod rpc_capnp;
