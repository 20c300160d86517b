//! `rpc-whitelist`: the line of bitcoin.conf that allows exactly what is called.

use std::fmt::Write;

use peer_observer_node::{CredentialSource, Node};

use crate::cli::SourceArgs;
use crate::config::Config;
use crate::stdout;

/// The user that Core gives to whoever has its cookie.
pub(crate) const COOKIE_USER: &str = "__cookie__";

/// The methods that this configuration calls, sorted.
pub(crate) fn methods(config: &Config) -> Vec<&'static str> {
    let mut methods = Vec::new();
    for node in &config.node {
        methods.extend(peer_observer_rpc::whitelist(&config.rpc.settings(node)));
        if config.p2p.enabled && node.p2p_listen.is_some() {
            methods.extend(peer_observer_p2p_extractor::RPC_METHODS);
        }
    }
    methods.sort_unstable();
    methods.dedup();
    methods
}

/// The user that the node knows us as.
pub(crate) fn user(node: &Node) -> String {
    match node.rpc_credentials() {
        CredentialSource::Cookie(_) => COOKIE_USER.to_owned(),
        CredentialSource::PasswordFile { user, .. } => user,
        CredentialSource::NodeConfiguration => node
            .option("rpcuser")
            .map(|(user, _)| user)
            .unwrap_or_default(),
    }
}

/// The line for one user.
pub(crate) fn line(user: &str, methods: &[&str]) -> String {
    format!("rpcwhitelist={user}:{}", methods.join(","))
}

/// Prints a line for each node, and what has to be known about it.
pub(crate) fn rpc_whitelist(arguments: &SourceArgs) -> anyhow::Result<()> {
    let config = Config::load(&arguments.source())?;
    let methods = methods(&config);
    let mut text = String::new();
    for node in &config.node {
        let settings = node.settings();
        let user = match &settings.rpc.user {
            Some(user) => user.clone(),
            None => {
                Node::locate(&settings).map_or_else(|_| COOKIE_USER.to_owned(), |node| user(&node))
            }
        };
        describe(&mut text, &settings.name, &user, &methods);
    }
    stdout::print(&text)
}

fn describe(text: &mut String, node: &str, user: &str, methods: &[&str]) {
    let mut push = |line: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{line}");
    };
    push(&format!(
        "# bitcoin.conf of node {node}: all that peer-observer calls. Several such lines for one"
    ));
    push("# user allow only what all of them allow, so take the old one out.");
    push("# As soon as there is such a line, users without one may call nothing at all; if they");
    push("# should go on calling everything, add: rpcwhitelistdefault=0");
    if user == COOKIE_USER {
        push(
            "# bitcoin-cli has the same user, the cookie's, and is limited by this line too: give",
        );
        push(
            "# peer-observer a user of its own (rpcauth=, rpc_user and rpc_password_file) instead.",
        );
    }
    push(&line(user, methods));
}
