//! The NATS server, where the bus goes over one.

use peer_observer_nats::{NatsError, NatsSettings, look};

use super::report::{Area, Findings, Fix};
use super::shell;

/// Less than this, in bytes, and blocks travel without their bodies.
const LARGE_EVENT_BYTES: usize = 5_000_000;

/// Connects as extractors and tools would.
pub(crate) async fn check(settings: &NatsSettings, findings: &mut Findings) {
    match look(settings).await {
        Ok(facts) if facts.max_payload < LARGE_EVENT_BYTES => findings.warning(
            Area::Bus,
            "nats_max_payload",
            format!(
                "the NATS server {} takes messages up to {} bytes: larger events go without their bodies",
                facts.server, facts.max_payload
            ),
            vec![Fix::advice(
                "set `max_payload: 8MB` in the NATS server's configuration and restart it",
            )],
        ),
        Ok(facts) => findings.ok(
            Area::Bus,
            format!("the NATS server {} (version {}) lets us in", facts.server, facts.version),
        ),
        Err(error) => findings.problem(Area::Bus, id(&error), error.to_string(), fixes(&error)),
    }
}

fn id(error: &NatsError) -> &'static str {
    match error {
        NatsError::Unauthorized { .. } => "nats_login",
        NatsError::Secret { .. } | NatsError::Exposed { .. } => "nats_secret",
        NatsError::Tls { .. } => "nats_tls",
        NatsError::NoJetStream { .. } => "nats_no_jetstream",
        _ => "nats_unreachable",
    }
}

fn fixes(error: &NatsError) -> Vec<Fix> {
    let advice = match error {
        NatsError::Exposed { path } => {
            return vec![Fix::command(format!("chmod o= {}", shell::quote(path)))];
        }
        NatsError::Secret { .. } => "make the file of `bus.secret_file` or `bus.ca_file` readable",
        NatsError::Unauthorized { .. } => {
            "correct `bus.user` and `bus.secret_file`, or `authorization` in the server's configuration"
        }
        NatsError::Tls { .. } => "set `bus.ca_file` to the certificate that signed the server's",
        NatsError::NoJetStream { .. } => {
            "add `jetstream {}` to the server's configuration, or set `bus.jetstream = false`"
        }
        _ => "start the NATS server, or correct `bus.servers`",
    };
    vec![Fix::advice(advice)]
}
