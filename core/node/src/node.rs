//! A node: found from its settings, and looked after while it comes and goes.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::command_line::CommandLine;
use crate::config_file::{self, Setting};
use crate::debug_log::DebugLog;
use crate::lock_holder;
use crate::options::{OptionSource, Options};
use crate::rpc::{CredentialSource, bound_address};
use crate::{Chain, IpcSocket, NodeError, NodeSettings, Process};

/// How often at most the open files of all processes are looked at.
const SLOW_SEARCH_INTERVAL: Duration = Duration::from_secs(1);

/// A node's files and process. Clones are the same node.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

struct Inner {
    settings: NodeSettings,
    datadir: PathBuf,
    chain: Chain,
    chain_dir: PathBuf,
    config_file: Vec<Setting>,
    search: Mutex<Search>,
}

#[derive(Default)]
struct Search {
    found: Option<Process>,
    last_slow: Option<Instant>,
}

impl Node {
    /// Finds the node in its data directory; it need not run.
    ///
    /// The chain is the one given; else the one whose directory a running node
    /// uses; else the one in `bitcoin.conf`; else the main chain. Locate again
    /// when a node that did not run may have been started for another chain.
    pub fn locate(settings: &NodeSettings) -> Result<Node, NodeError> {
        if settings.rpc.user.is_some() != settings.rpc.password_file.is_some() {
            return Err(NodeError::HalfCredentials {
                name: settings.name.clone(),
            });
        }
        let no_datadir = |source| NodeError::NoDatadir {
            path: settings.datadir.clone(),
            source,
        };
        let datadir = settings.datadir.canonicalize().map_err(no_datadir)?;
        if !datadir.is_dir() {
            return Err(no_datadir(std::io::ErrorKind::NotADirectory.into()));
        }
        let config_file = config_file::read(&datadir.join("bitcoin.conf"), &datadir)?;
        let chain = match settings.chain {
            Some(chain) => chain,
            None => choose_chain(&datadir, &config_file)?,
        };
        Ok(Node(Arc::new(Inner {
            settings: settings.clone(),
            chain_dir: chain.directory(&datadir),
            datadir,
            chain,
            config_file,
            search: Mutex::default(),
        })))
    }

    /// The node's name in every event.
    pub fn name(&self) -> &str {
        &self.0.settings.name
    }

    /// The chain that it follows.
    pub fn chain(&self) -> Chain {
        self.0.chain
    }

    /// Its data directory, absolute and without symbolic links.
    pub fn datadir(&self) -> &Path {
        &self.0.datadir
    }

    /// Where it keeps this chain's files.
    pub fn chain_dir(&self) -> &Path {
        &self.0.chain_dir
    }

    /// The settings that it was found from.
    pub fn settings(&self) -> &NodeSettings {
        &self.0.settings
    }

    /// Where it writes its process id.
    pub fn pid_file(&self) -> PathBuf {
        let given = self.0.settings.pid_file.clone();
        // Not the command line: this is for finding the process.
        let options = Options {
            command_line: &[],
            config_file: &self.0.config_file,
        };
        let configured = || options.get(self.0.chain, "pid").map(PathBuf::from);
        let file = given
            .or_else(configured)
            .unwrap_or_else(|| "bitcoind.pid".into());
        self.0.chain_dir.join(file)
    }

    /// Where the RPC server listens, `host:port`: as the settings say, else as
    /// the running process was told, else as `bitcoin.conf` says, else on the
    /// chain's default port.
    pub fn rpc_address(&self) -> String {
        if let Some(address) = &self.0.settings.rpc.address {
            return address.clone();
        }
        self.with_options(|options| {
            let get = |name| options.get(self.0.chain, name);
            let port = get("rpcport").and_then(|port| port.parse().ok());
            // Core ignores -rpcbind unless -rpcallowip is given too.
            let bind = get("rpcallowip").and_then(|_| get("rpcbind"));
            bound_address(bind, port.unwrap_or(self.0.chain.default_rpc_port()))
        })
    }

    /// Where it listens for IPC (`-ipcbind`): as the running process was told,
    /// else as `bitcoin.conf` says.
    pub fn ipc_socket(&self) -> IpcSocket {
        self.with_options(|options| {
            let value = options.get(self.0.chain, "ipcbind");
            IpcSocket::read(value, &self.0.chain_dir)
        })
    }

    /// The cookie that the node writes at its start. It need not be there: a
    /// node with `rpcpassword=` writes none, and one that stops removes it.
    pub fn cookie_file(&self) -> PathBuf {
        if let Some(file) = &self.0.settings.rpc.cookie_file {
            return file.clone();
        }
        self.with_options(|options| {
            let file = options
                .get(self.0.chain, "rpccookiefile")
                .unwrap_or(".cookie");
            self.0.chain_dir.join(file)
        })
    }

    /// Where our user and password for the RPC server come from.
    pub fn rpc_credentials(&self) -> CredentialSource {
        let rpc = &self.0.settings.rpc;
        match (&rpc.user, &rpc.password_file) {
            (Some(user), Some(file)) => CredentialSource::PasswordFile {
                user: user.clone(),
                file: file.clone(),
            },
            _ if rpc.cookie_file.is_none() && self.configured_user().is_some() => {
                CredentialSource::NodeConfiguration
            }
            _ => CredentialSource::Cookie(self.cookie_file()),
        }
    }

    /// `rpcuser:rpcpassword`, which bitcoin-cli too takes from `bitcoin.conf`.
    pub(crate) fn configured_user(&self) -> Option<String> {
        self.with_options(|options| {
            let password = options.get(self.0.chain, "rpcpassword")?;
            let user = options.get(self.0.chain, "rpcuser").unwrap_or_default();
            Some(format!("{user}:{password}"))
        })
    }

    /// An option of the node that has a single value, and where it stands: of
    /// the running process, else of `bitcoin.conf`. A negated one (`-nolisten`)
    /// is "0". Can be a password.
    pub fn option(&self, name: &str) -> Option<(String, OptionSource)> {
        self.with_options(|options| {
            let value = options.get(self.0.chain, name)?;
            Some((value.to_owned(), options.source(name)))
        })
    }

    /// All values of an option that can stand several times, such as `addnode`.
    pub fn option_values(&self, name: &str) -> Vec<String> {
        self.with_options(|options| {
            let values = options.all(self.0.chain, name);
            values.into_iter().map(str::to_owned).collect()
        })
    }

    /// Where it writes its debug.log: as the running process was told, else as
    /// `bitcoin.conf` says, else into the chain's directory.
    pub fn debug_log(&self) -> DebugLog {
        DebugLog::of(self.option("debuglogfile"), &self.0.chain_dir)
    }

    /// The options of the running process, if its command line is visible, and
    /// those of `bitcoin.conf`.
    fn with_options<T>(&self, read: impl FnOnce(Options<'_>) -> T) -> T {
        let process = self.process().ok().flatten();
        let line: CommandLine = process
            .and_then(|process| process.command_line().ok())
            .unwrap_or_default();
        read(Options {
            command_line: &line.options,
            config_file: &self.0.config_file,
        })
    }

    /// The node's process; `None` if it does not run. Cheap enough to be asked
    /// ten times a second.
    pub fn process(&self) -> Result<Option<Process>, NodeError> {
        let mut search = self.0.search.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(process) = search.found.take_if(|process| !process.is_alive()) {
            tracing::debug!(
                node = self.name(),
                pid = process.pid,
                "the node's process has ended"
            );
        }
        if search.found.is_none() {
            search.found = self.find_process(&mut search.last_slow)?;
        }
        Ok(search.found.clone())
    }

    fn find_process(&self, last_slow: &mut Option<Instant>) -> Result<Option<Process>, NodeError> {
        let Some(lock) = lock_holder::lock_file(&self.0.chain_dir)? else {
            return Ok(None);
        };
        if let Some(process) = lock_holder::by_lock_list(&lock)? {
            return Ok(Some(process));
        }
        if let Some(process) = lock_holder::by_pid_file(&self.pid_file(), &lock)? {
            return Ok(Some(process));
        }
        if last_slow.is_some_and(|last| last.elapsed() < SLOW_SEARCH_INTERVAL) {
            return Ok(None);
        }
        *last_slow = Some(Instant::now());
        lock_holder::by_open_files(&lock)
    }
}

impl fmt::Debug for Node {
    /// Leaves out what `bitcoin.conf` says: there can be a password in it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Node")
            .field("name", &self.name())
            .field("chain", &self.chain())
            .field("datadir", &self.datadir())
            .finish_non_exhaustive()
    }
}

fn choose_chain(datadir: &Path, config_file: &[Setting]) -> Result<Chain, NodeError> {
    let configured = Options {
        command_line: &[],
        config_file,
    }
    .chain()?
    .unwrap_or(Chain::Main);
    let mut running = Vec::new();
    for chain in Chain::ALL {
        if let Some(lock) = lock_holder::lock_file(&chain.directory(datadir))?
            && (lock_holder::by_lock_list(&lock)?.is_some()
                || lock_holder::by_open_files(&lock)?.is_some())
        {
            running.push(chain);
        }
    }
    // Several nodes can share a data directory, each with its own chain.
    match running[..] {
        [only] => Ok(only),
        _ => Ok(configured),
    }
}
