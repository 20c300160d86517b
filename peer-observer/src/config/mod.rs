//! The configuration: a TOML file, or nothing but a data directory.

mod archive;
mod bus;
mod duration;
mod ebpf;
mod error;
mod http;
mod ipc;
mod keep;
mod log;
mod logging;
mod node;
mod p2p;
mod place;
mod process;
mod rpc;
mod size;
mod switches;

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::extractor_name::ExtractorName;

pub(crate) use archive::ArchiveConfig;
pub(crate) use bus::{BusConfig, ServerAddress};
pub(crate) use ebpf::{EbpfConfig, VariantWord};
pub(crate) use error::ConfigError;
pub(crate) use http::{HttpConfig, read_token_text};
pub(crate) use ipc::IpcConfig;
pub(crate) use keep::KeepConfig;
pub(crate) use log::LogConfig;
pub(crate) use logging::{LogFormat, LoggingConfig};
pub(crate) use node::NodeConfig;
pub(crate) use p2p::P2pConfig;
pub(crate) use process::ProcessConfig;
pub(crate) use rpc::RpcConfig;
pub(crate) use switches::{MetricsConfig, WebConfig};

/// Where the configuration is looked for when nobody says where.
const DEFAULT_FILES: [&str; 2] = [
    "peer-observer.toml",
    "/etc/peer-observer/peer-observer.toml",
];

/// No real configuration is larger, in bytes.
const LARGEST_FILE: u64 = 1 << 20;

/// The name of a node that was given by its data directory alone.
const NAMELESS_NODE: &str = "node";

/// Everything that can be configured. Defaults are filled in.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// `[http]`
    pub(crate) http: HttpConfig,
    /// `[bus]`
    pub(crate) bus: BusConfig,
    /// `[[node]]`, at least one unless events come over the bus.
    pub(crate) node: Vec<NodeConfig>,
    /// `[ebpf]`
    pub(crate) ebpf: EbpfConfig,
    /// `[rpc]`
    pub(crate) rpc: RpcConfig,
    /// `[log]`
    pub(crate) log: LogConfig,
    /// `[p2p]`
    pub(crate) p2p: P2pConfig,
    /// `[ipc]`
    pub(crate) ipc: IpcConfig,
    /// `[process]`
    pub(crate) process: ProcessConfig,
    /// `[archive]`
    pub(crate) archive: ArchiveConfig,
    /// `[metrics]`
    pub(crate) metrics: MetricsConfig,
    /// `[web]`
    pub(crate) web: WebConfig,
    /// `[logging]`
    pub(crate) logging: LoggingConfig,
}

/// Where the configuration comes from, as the command line says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source<'a> {
    /// `--config`
    pub(crate) file: Option<&'a Path>,
    /// `--datadir`: with a file, where its only node is; without one, all that is said.
    pub(crate) datadir: Option<&'a Path>,
    /// `--bus`
    pub(crate) bus: BusSource<'a>,
}

/// What the command line says of the bus.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BusSource<'a> {
    /// `--bus`, in place of `bus.servers` where there is one.
    pub(crate) servers: &'a [ServerAddress],
    /// `--jetstream`: `bus.jetstream` is true.
    pub(crate) jetstream: bool,
}

impl Config {
    /// Reads and checks the configuration; it names at least one node, or a bus
    /// over which events come.
    pub(crate) fn load(source: &Source<'_>) -> Result<Config, ConfigError> {
        let Some(datadir) = source.datadir else {
            let file = match source.file.map(Path::to_owned).map_or_else(find_file, Ok) {
                Ok(file) => file,
                // All that has to be known stands on the command line.
                Err(_) if !source.bus.servers.is_empty() => {
                    return Ok(Config::default().with_bus(source.bus));
                }
                Err(error) => return Err(error),
            };
            let config = Config::read(&file)?.with_bus(source.bus);
            if config.node.is_empty() && config.bus.servers.is_empty() {
                let message = "no node; add a section [[node]] with `name` and `datadir`";
                return Err(ConfigError::in_file(&file, message));
            }
            return Ok(config);
        };
        let mut config = source
            .file
            .map(Config::read)
            .transpose()?
            .unwrap_or_default()
            .with_bus(source.bus);
        match &mut config.node[..] {
            [] => config.node.push(NodeConfig::at(NAMELESS_NODE, datadir)),
            [only] => only.set_datadir(datadir),
            _ => {
                let message = "--datadir with a configuration of several nodes: leave one out";
                return Err(ConfigError::general(message));
            }
        }
        if !datadir.is_dir() {
            let message = format!(
                "--datadir {}: there is no such directory",
                datadir.display()
            );
            return Err(ConfigError::general(message));
        }
        Ok(config)
    }

    fn with_bus(mut self, bus: BusSource<'_>) -> Config {
        if !bus.servers.is_empty() {
            self.bus.servers = bus.servers.to_vec();
        }
        self.bus.jetstream |= bus.jetstream;
        self
    }

    /// Does this process receive over the bus what others publish?
    pub(crate) fn receives(&self) -> bool {
        !self.bus.servers.is_empty() && self.bus.receive.unwrap_or(self.node.is_empty())
    }

    /// The configuration for a command that needs no node: the file that was
    /// named or is found, else the defaults.
    pub(crate) fn load_or_default(
        file: Option<&Path>,
        bus: BusSource<'_>,
    ) -> Result<Config, ConfigError> {
        Config::load_file_or_default(file).map(|config| config.with_bus(bus))
    }

    fn load_file_or_default(file: Option<&Path>) -> Result<Config, ConfigError> {
        match file.map(Path::to_owned).or_else(|| find_file().ok()) {
            Some(file) => Config::read(&file),
            None => Ok(Config::default()),
        }
    }

    fn read(file: &Path) -> Result<Config, ConfigError> {
        let text = read_text(file)?;
        let mut config: Config =
            toml::from_str(&text).map_err(|error| ConfigError::from_toml(file, &text, &error))?;
        node::check(&config.node, file, &text)?;
        http::check(&config.http, file, &text)?;
        archive::check(&config.archive, &config.node, file, &text)?;
        config.rpc.fill_defaults();
        Ok(config)
    }

    /// Is this extractor to run?
    pub(crate) fn is_enabled(&self, extractor: ExtractorName) -> bool {
        match extractor {
            ExtractorName::Ebpf => self.ebpf.enabled,
            ExtractorName::Rpc => self.rpc.enabled,
            ExtractorName::Log => self.log.enabled,
            ExtractorName::P2p => self.p2p.enabled,
            ExtractorName::Ipc => self.ipc.enabled,
            ExtractorName::Process => self.process.enabled,
        }
    }

    /// The configuration as TOML, defaults included.
    pub(crate) fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

fn find_file() -> Result<PathBuf, ConfigError> {
    let found = DEFAULT_FILES
        .into_iter()
        .map(PathBuf::from)
        .find(|file| file.exists());
    found.ok_or_else(|| {
        let message = format!(
            "no configuration: there is neither ./{} nor {}; name one with --config FILE, or a \
             node's data directory with --datadir DIR",
            DEFAULT_FILES[0], DEFAULT_FILES[1]
        );
        ConfigError::general(message)
    })
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    let failed = |error: std::io::Error| {
        let remedy = match error.kind() {
            std::io::ErrorKind::NotFound => "name an existing file with --config",
            _ => "it must be a readable TOML file",
        };
        ConfigError::in_file(path, format!("cannot read it ({error}); {remedy}"))
    };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(LARGEST_FILE + 1)
        .read_to_string(&mut text)
        .map_err(failed)?;
    if text.len() as u64 > LARGEST_FILE {
        return Err(ConfigError::in_file(
            path,
            "larger than 1 MiB; is it a configuration?",
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
