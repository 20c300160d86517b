//! Tool: page, JSON API, websocket, metrics endpoint.
//!
//! ```text
//!  bus ──► follow ──► view ──► JSON replies, snapshots
//!   └────► websocket session ──► one browser or program
//! ```
//!
//! [`Web`] is the component; the contract with its clients is `docs/api.md`.
//! `view` holds what is shown and knows no HTTP, `http` decides who is
//! answered, `websocket` streams live events.

mod app;
mod follow;
mod http;
mod settings;
mod view;
mod web;
mod websocket;

pub use http::{Token, WrongToken};
pub use settings::{Limits, Listen, WebSettings, WrongListen};
pub use web::{Web, WebSources};
