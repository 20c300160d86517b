//! Watches Bitcoin nodes for attacks and anomalies on the P2P network: the
//! command line, the configuration, and which component meets which.

mod archive;
mod check_config;
mod cli;
mod config;
mod doctor;
mod ebpf;
mod extract;
mod extractor_name;
mod frames;
mod generated;
mod incoming;
mod links;
mod logging;
mod printing;
mod run;
mod server;
mod signals;
mod stdout;
mod tool;
mod version;
mod watch;
mod whitelist;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::config::ConfigError;

/// An event is made in one thread and given up in another, which the system's
/// allocator handles slowly: with this one a flood of `addrv2` takes a quarter
/// less processor time, for 30 MB (`cargo xtask bench pipeline`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// It failed while running.
const FAILED: u8 = 1;
/// The command line or the configuration is wrong; clap uses the same.
const WRONG_USE: u8 = 2;

fn main() -> ExitCode {
    let all_right = |()| true;
    let outcome = match Cli::parse().command {
        Command::Run(arguments) => run::run(&arguments).map(all_right),
        Command::CheckConfig(arguments) => check_config::check_config(&arguments).map(all_right),
        Command::Watch(arguments) => watch::watch(&arguments).map(all_right),
        Command::Extract(arguments) => extract::extract(&arguments).map(all_right),
        Command::Tool(arguments) => tool::tool(&arguments).map(all_right),
        Command::RpcWhitelist(arguments) => whitelist::rpc_whitelist(&arguments).map(all_right),
        Command::Completions(arguments) => generated::completions(&arguments).map(all_right),
        Command::Man(arguments) => generated::man(&arguments).map(all_right),
        Command::Archive { command } => archive::archive(&command),
        Command::Doctor(arguments) => doctor::doctor(&arguments),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        // The report says what.
        Ok(false) => ExitCode::from(FAILED),
        // Already one line that says where and what.
        Err(error) if error.is::<ConfigError>() => {
            eprintln!("{error}");
            ExitCode::from(WRONG_USE)
        }
        Err(error) => {
            eprintln!("peer-observer: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}
