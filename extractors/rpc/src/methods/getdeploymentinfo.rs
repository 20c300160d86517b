//! getdeploymentinfo: the state of changes of the consensus rules.

use std::time::Duration;

use peer_observer_event::{Bip9Deployment, Bip9Statistics, Deployment, DeploymentInfo, Payload};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{
    Object, OtherFields, WORD_BYTES, read, read_hash, read_named, read_nested, read_text,
    read_texts, set_other,
};

/// Core has some 20.
const MOST_FLAGS: usize = 256;
/// Core has 5 and those that are under way.
const MOST_DEPLOYMENTS: usize = 256;
/// One character for each block of a period: 2016 on the main chain.
const SIGNALLING_BYTES: usize = 4096;

pub(crate) const GETDEPLOYMENTINFO: Method = Method {
    name: "getdeploymentinfo",
    // Changes with each block, if at all.
    interval: Duration::from_secs(60),
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::DeploymentInfo(Box::new(DeploymentInfo {
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        ..reply.object()?
    })))
}

impl Object for DeploymentInfo {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "hash" => read_hash(&mut self.hash, value),
            "height" => read(&mut self.height, value),
            "script_flags" => read_texts(&mut self.script_flags, value, MOST_FLAGS, WORD_BYTES),
            "deployments" => read_deployments(&mut self.deployments, value),
            _ => false,
        }
    }

    set_other!();
}

impl Object for Deployment {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "type" => read_text(&mut self.deployment_type, value, WORD_BYTES),
            "height" => read(&mut self.height, value),
            "active" => read(&mut self.active, value),
            "bip9" => read_nested(&mut self.bip9, value),
            _ => false,
        }
    }

    set_other!();
}

impl Object for Bip9Deployment {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "bit" => read(&mut self.bit, value),
            "start_time" => read(&mut self.start_unix_seconds, value),
            "timeout" => read(&mut self.timeout_unix_seconds, value),
            "min_activation_height" => read(&mut self.minimum_activation_height, value),
            "status" => read_text(&mut self.status, value, WORD_BYTES),
            "since" => read(&mut self.since_height, value),
            "status_next" => read_text(&mut self.status_next, value, WORD_BYTES),
            "statistics" => read_nested(&mut self.statistics, value),
            "signalling" => read_text(&mut self.signalling, value, SIGNALLING_BYTES),
            _ => false,
        }
    }

    set_other!();
}

impl Object for Bip9Statistics {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "period" => read(&mut self.period_blocks, value),
            "threshold" => read(&mut self.threshold_blocks, value),
            "elapsed" => read(&mut self.elapsed_blocks, value),
            "count" => read(&mut self.signalling_blocks, value),
            "possible" => read(&mut self.possible, value),
            _ => false,
        }
    }

    set_other!();
}

/// Deployments by name. One that is none makes the whole field unknown, so
/// that it is kept.
fn read_deployments(slot: &mut Vec<Deployment>, value: &RawValue) -> bool {
    let mut other = OtherFields::default();
    let named = |deployment: &mut Deployment, name: &str| {
        deployment.name = Some(name.to_owned());
        name.len() <= WORD_BYTES
    };
    match read_named(value, MOST_DEPLOYMENTS, &mut other, named) {
        Ok(deployments) if other.is_empty() => *slot = deployments,
        _ => return false,
    }
    true
}
