//! HTTP: connections and their limits, who may ask, the routes.

mod assets;
mod connections;
mod error;
mod guard;
mod hosts;
mod listener;
mod login;
mod routes;
mod server;
mod token;

pub(crate) use error::HttpError;
pub(crate) use guard::Entrance;
pub(crate) use hosts::Hosts;
pub(crate) use listener::Bound;
pub(crate) use routes::router;
pub(crate) use server::serve;
pub use token::{Token, WrongToken};
