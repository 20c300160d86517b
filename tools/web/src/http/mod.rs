//! HTTP: connections and their limits, who may ask, the routes.

mod assets;
mod connections;
mod error;
mod guard;
mod hosts;
mod routes;
mod server;

pub(crate) use error::HttpError;
pub(crate) use hosts::Hosts;
pub(crate) use routes::router;
pub(crate) use server::serve;
