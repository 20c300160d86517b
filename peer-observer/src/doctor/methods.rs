//! Which of the methods that would be called does the node let us call?

use peer_observer_node::{RpcClient, RpcError};
use serde_json::{Value, json};

use super::report::{Area, Findings, Fix};
use crate::whitelist;

/// More parameters than any method has: Core then says how the method is
/// called, instead of doing its work.
const TOO_MANY_PARAMETERS: usize = 64;

/// Asks for every method once.
pub(crate) async fn check(client: &RpcClient, methods: &[&str], findings: &mut Findings) {
    let parameters = Value::Array(vec![json!(null); TOO_MANY_PARAMETERS]);
    let (mut forbidden, mut unknown) = (Vec::new(), Vec::new());
    for method in methods {
        match client.call(method, parameters.clone()).await {
            Err(RpcError::Forbidden { .. }) => forbidden.push(*method),
            Err(RpcError::NoSuchMethod { .. }) => unknown.push(*method),
            // A result would be as good: it is allowed.
            Ok(_) | Err(RpcError::Rpc { .. }) => {}
            Err(error) => {
                let text = format!("asking whether {method} is allowed failed: {error}");
                return findings.unknown(Area::Methods, text);
            }
        }
    }
    let allowed = methods.len() - forbidden.len() - unknown.len();
    if forbidden.is_empty() {
        findings.ok(
            Area::Methods,
            format!("{allowed} of {} methods may be called", methods.len()),
        );
    } else {
        let user = whitelist::user(client.node());
        findings.problem(
            Area::Methods,
            "methods_forbidden",
            format!(
                "{user} may not call {} of {} methods: {}",
                forbidden.len(),
                methods.len(),
                forbidden.join(", ")
            ),
            [Fix::bitcoin_conf(whitelist::line(&user, methods))
                .replacing(format!("rpcwhitelist={user}:"))],
        );
    }
    if !unknown.is_empty() {
        let off = |method: &&str| Fix::configuration(format!("rpc.{method}.enabled = false"));
        findings.warning(
            Area::Methods,
            "methods_unknown",
            format!(
                "this version of the node does not know {}",
                unknown.join(", ")
            ),
            unknown.iter().map(off),
        );
    }
}
