//! `doctor`: what works on this machine, what does not, and what helps.
//!
//! ```text
//!  kernel, clock, disk, NATS ────┐
//!  node ──► tracepoints          ├──► findings ──► text or JSON
//!       ──► RPC ──► methods      │
//!       ──► debug.log, P2P     ──┤
//!       ──► IPC, process       ──┘
//! ```
//!
//! One file for each thing that is looked at. Nothing is changed, and nothing
//! is asked of a node that it would be busy with.

mod access;
mod bus;
mod clock;
mod debug_log;
mod disk;
mod ipc;
mod kernel;
mod methods;
mod node;
mod p2p;
mod process;
mod report;
mod rpc;
mod rpcauth;
mod shell;
mod text;
mod tracepoints;

use std::io::{IsTerminal, stdout};
use std::time::Duration;

use anyhow::Context;
use peer_observer_node::{RpcClient, RpcLimits};

use crate::cli::DoctorArgs;
use crate::config::{Config, NodeConfig};
use crate::wiring::block_on;
use crate::{ebpf, whitelist};
use report::{Area, Finding, Findings, Report};

/// A node that is well answers these small questions at once.
const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// Prints the report; is everything without problems?
pub(crate) fn doctor(arguments: &DoctorArgs) -> anyhow::Result<bool> {
    let config = Config::load(&arguments.source.source())?;
    let report = block_on(async { Ok(examine(&config).await) })?;
    let text = if arguments.json {
        serde_json::to_string_pretty(&report).context("the report has no JSON form")? + "\n"
    } else {
        let colour = stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        text::render(&report, colour)
    };
    crate::stdout::print(&text)?;
    Ok(report.problems == 0)
}

async fn examine(config: &Config) -> Report {
    let mut machine = Findings::of_machine();
    let ebpf = config.ebpf.enabled.then(|| ebpf::settings(&config.ebpf));
    kernel::check(ebpf.as_ref(), &mut machine);
    clock::check(&mut machine).await;
    disk::check_archive(&config.archive, &mut machine);
    match config.bus.settings() {
        Ok(Some(settings)) => bus::check(&settings, &mut machine).await,
        Ok(None) => {}
        Err(error) => machine.problem(Area::Bus, "nats_settings", error.to_string(), Vec::new()),
    }
    let mut findings = machine.into_vec();
    for node in &config.node {
        findings.extend(examine_node(node, config).await);
    }
    Report::new(findings)
}

async fn examine_node(node: &NodeConfig, config: &Config) -> Vec<Finding> {
    let settings = node.settings();
    let mut findings = Findings::of_node(&settings.name);
    let Some(found) = node::find(&settings, &mut findings) else {
        return findings.into_vec();
    };
    disk::check_datadir(found.node.chain_dir(), &mut findings);
    let Some(process) = &found.process else {
        for area in [
            Area::Tracepoints,
            Area::Rpc,
            Area::DebugLog,
            Area::P2p,
            Area::Ipc,
            Area::Process,
        ] {
            findings.unknown(area, "the node does not run");
        }
        return findings.into_vec();
    };
    if config.ebpf.enabled {
        tracepoints::check(&ebpf::settings(&config.ebpf), process, &mut findings);
    }
    let limits = RpcLimits {
        call_timeout: CALL_TIMEOUT,
        ..RpcLimits::default()
    };
    let client = RpcClient::with_limits(&found.node, limits);
    let mut answering = None;
    if config.rpc.enabled && rpc::check(&client, &mut findings).await {
        methods::check(&client, &whitelist::methods(config), &mut findings).await;
        answering = Some(&client);
    }
    if config.log.enabled {
        debug_log::check(&found.node, process, answering, &mut findings).await;
    }
    if let Some(p2p) = config.p2p.settings(node).filter(|_| config.p2p.enabled) {
        p2p::check(&found.node, p2p.listen, &mut findings);
    }
    if config.ipc.enabled {
        ipc::check(&found.node, process, &mut findings).await;
    }
    if config.process.enabled {
        process::check(process, &mut findings);
    }
    findings.into_vec()
}
