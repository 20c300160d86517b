//! What users of archives rely on: the same bytes come back, damage stays where
//! it is and is told, and no file makes the reader fail.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

#[path = "../../../event/tests/event/extractor_samples.rs"]
#[allow(dead_code)]
mod extractor_samples;
#[path = "../../../event/tests/event/rpc_samples.rs"]
#[allow(dead_code)]
mod rpc_samples;
#[path = "../../../event/tests/event/samples.rs"]
#[allow(dead_code)]
mod samples;

mod blocks;
mod damage;
mod files;
mod frames;
mod independent;
mod recording;
mod round_trip;
