//! The event: the only thing that crosses from extractors to tools.
//!
//! The schema is in `proto/`; this crate holds the types generated from it and
//! what everybody needs to work with them: kinds, the field's words for enums,
//! a JSON form and a one-line text form. It does no I/O.

mod address;
mod display;
mod fields;
mod filter;
mod inventory;
pub mod json;
mod keep;
mod kind;
mod labels;
mod reduce;
mod rpc;
mod words;

/// The types generated from `proto/peer_observer/v1`.
#[allow(missing_docs, clippy::doc_markdown, clippy::large_enum_variant)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/peer_observer.v1.rs"));
}

pub use address::address_text;
pub use filter::Filter;
pub use generated::event::Payload;
pub use generated::p2p_message::Body;
pub use generated::*;
pub use inventory::InventoryItem;
pub use keep::{FIRST_BYTES, Keep};
pub use kind::KindSet;
pub use labels::{LabelError, MOST_LABELS, NodeLabels};
pub use rpc::{RPC_METHODS, RpcField, RpcFieldError};
pub use words::{COMMANDS, inventory_type_word};
