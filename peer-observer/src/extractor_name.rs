//! The extractors by name, as the command line has them.

use clap::ValueEnum;

/// The extractors that can run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExtractorName {
    /// Bitcoin Core's tracepoints.
    Ebpf,
    /// The node's RPC interface.
    Rpc,
    /// The node's debug.log.
    Log,
    /// A P2P connection of our own, which the node dials.
    P2p,
    /// The node's IPC socket.
    Ipc,
    /// The node's process and threads.
    Process,
}
