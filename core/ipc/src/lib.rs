//! A client of Bitcoin Core's IPC interface: what `bitcoin-node -ipcbind=unix`
//! offers on its Unix socket (Cap'n Proto, Bitcoin Core 31 and newer).
//!
//! ```text
//!  IpcClient ──calls──► thread of the connection ──socket──► thread in the node
//!  (any task)           (Cap'n Proto's objects are          (one per call that runs)
//!                        bound to one thread)
//! ```
//!
//! A call whose time is up is not cancelled: the node works on it all the same,
//! and a client that goes away in the middle of a call has made nodes crash
//! (bitcoin/bitcoin#34250). Its answer is thrown away when it comes.
//!
//! The interfaces are in `schema/*.capnp`, the code made from them in
//! `src/schema`; see `examples/schema.rs`.

mod calls;
mod client;
mod connection;
mod error;
mod remote;
mod schema;
mod server_threads;
mod values;

#[cfg(test)]
mod tests;

pub use client::IpcClient;
pub use error::IpcError;
pub use values::{BlockRef, BlockTemplate, Limits};
