//! All tables, and which rows an event has in them.

mod address;
mod alert;
mod chain;
mod connection;
mod envelope;
mod heartbeat;
mod json;
mod log;
mod mempool;
mod notice;
mod p2p;
mod plain;
mod probe;
mod process;
mod rpc;
mod utxocache;
mod validation;

use std::sync::Arc;

use peer_observer_event::{Event, Payload};

use crate::ExportError;
use crate::output::Output;
use crate::partition::Partition;
use crate::table::{Buffered, Table, TableDefinition};
use envelope::{Envelope, Key, MessageKey};

/// Declares the tables. What stands as documentation there stands in
/// `docs/export.md` too.
macro_rules! tables {
    ($( $(#[doc = $about:literal])+ $name:ident: $head:ty, $columns:ty; )+) => {
        /// The tables of one node and day.
        pub(crate) struct Tables {
            $($(#[doc = $about])+ $name: Table<$head, $columns>),+
        }

        impl Tables {
            pub(crate) fn new(partition: &Arc<Partition>) -> Tables {
                Tables { $($name: Table::new(stringify!($name), partition.clone())),+ }
            }

            /// Every table.
            pub(crate) fn all(&mut self) -> impl Iterator<Item = &mut dyn Buffered> {
                let tables: [&mut dyn Buffered; _] = [$(&mut self.$name),+];
                tables.into_iter()
            }

            /// What the tables are, in the order of the documentation.
            pub(crate) fn definitions() -> Vec<TableDefinition> {
                vec![$(
                    Table::<$head, $columns>::definition(stringify!($name), concat!($($about),+))
                ),+]
            }
        }
    };
}

tables! {
    /// P2P messages between the node and its peers (ebpf). What a body holds several times
    /// stands in the tables below.
    p2p_message: Envelope, p2p::Messages;
    /// Entries of `inv`, `getdata` and `notfound`.
    p2p_inventory: MessageKey, p2p::Inventory;
    /// Entries of `addr` and `addrv2`.
    p2p_address: MessageKey, p2p::Addresses;
    /// Block headers in `headers`, `cmpctblock`, `block` and `merkleblock`.
    p2p_header: MessageKey, p2p::Headers;
    /// Transactions in `tx`, `block`, `blocktxn` and those that a `cmpctblock` has whole.
    p2p_transaction: MessageKey, p2p::Transactions;
    /// What `version` messages say.
    p2p_version: MessageKey, p2p::Versions;

    /// Connections opened, closed, evicted, and peers that misbehave (ebpf).
    connection: Envelope, connection::Connections;
    /// Transactions that enter, leave or do not get into the mempool (ebpf).
    mempool: Envelope, mempool::Changes;
    /// Blocks connected to the chain (ebpf).
    validation: Envelope, validation::Blocks;
    /// Coins that enter and leave the UTXO cache, and its flushes (ebpf; off by default).
    utxocache: Envelope, utxocache::Changes;

    /// Replies to RPC calls, whatever the method. What they say stands in `reply`, or where the
    /// method has a table of its own, there.
    rpc: Envelope, rpc::Replies;
    /// `getpeerinfo`: each peer in each reply.
    rpc_peer: Key, rpc::Peers;
    /// `getmempoolinfo`.
    rpc_mempool: Key, rpc::MempoolInfos;
    /// `getnettotals`.
    rpc_net_totals: Key, rpc::NetTotals;
    /// `getblockchaininfo`.
    rpc_blockchain: Key, rpc::Blockchains;
    /// `getaddrmaninfo`: each network in each reply.
    rpc_addrman: Key, rpc::AddrmanNetworks;
    /// `getrawaddrman`: each entry in each reply.
    rpc_raw_addrman: Key, rpc::AddrmanEntries;
    /// `getorphantxs`: each orphan in each reply.
    rpc_orphan: Key, rpc::Orphans;
    /// `estimatesmartfee`: each target and mode that was asked for.
    rpc_smart_fee: Key, rpc::SmartFees;
    /// `getchaintips`: each tip in each reply.
    rpc_chain_tip: Key, rpc::ChainTips;
    /// `listbanned`: each ban in each reply.
    rpc_ban: Key, rpc::Bans;

    /// Lines of debug.log (log).
    log: Envelope, log::Lines;
    /// Compact blocks and how they were put together (log; made from several lines).
    block_reconstruction: Envelope, log::Reconstructions;

    /// What our own P2P connection shows: that it is there, pings, announcements (p2p).
    probe: Envelope, probe::Events;
    /// Entries of `inv` that the node sent to the probe.
    probe_inventory: MessageKey, p2p::Inventory;
    /// Entries of `addr` and `addrv2` that the node sent to the probe.
    probe_address: MessageKey, p2p::Addresses;
    /// Block headers in `headers` and `cmpctblock` that the node sent to the probe.
    probe_header: MessageKey, p2p::Headers;

    /// Tips, reorganisations, block templates, echoes (ipc).
    chain: Envelope, chain::Events;

    /// The node's process (process): a `sample` each second, its `memory` each minute.
    process: Envelope, process::Samples;
    /// The threads in each sample, by name.
    process_thread: Key, process::Threads;
    /// Pressure stall information in each sample.
    process_pressure: Key, process::Pressures;

    /// What the rules found: when an alert begins, when it becomes more, when it ends (alerts).
    alert: Envelope, alert::Alerts;

    /// What extractors say of themselves: started, node gone, node back, gaps, new templates of
    /// log lines (all).
    notice: Envelope, notice::Notices;
    /// Each extractor, each second (all).
    heartbeat: Envelope, heartbeat::Heartbeats;
    /// What became of the events so far, in each heartbeat, by hop. `attempted` is `whole` and
    /// `reduced` and `dropped`.
    heartbeat_hop: Key, heartbeat::Hops;
    /// The numbers of the last events so far, in each heartbeat, by kind.
    heartbeat_kind: Key, heartbeat::Kinds;
    /// The bus, each second.
    tick: Envelope, plain::NoColumns;
    /// Events of a later version of peer-observer, of which this one knows nothing else.
    other: Envelope, plain::NoColumns;
}

impl Tables {
    /// Takes an event: one row of a main table, and one of another for each of its parts.
    pub(crate) fn push(&mut self, output: &mut Output, event: &Event) -> Result<(), ExportError> {
        let Some(payload) = &event.payload else {
            return self.other.push(output, event, plain::NoRow);
        };
        match payload {
            Payload::P2pMessage(message) => p2p::push(self, output, event, message),
            Payload::ConnectionOpened(_)
            | Payload::ConnectionClosed(_)
            | Payload::ConnectionEvicted(_)
            | Payload::ConnectionMisbehaving(_) => connection::push(self, output, event, payload),
            Payload::MempoolAdded(_)
            | Payload::MempoolRemoved(_)
            | Payload::MempoolReplaced(_)
            | Payload::MempoolRejected(_) => mempool::push(self, output, event, payload),
            Payload::BlockConnected(block) => validation::push(self, output, event, block),
            Payload::UtxoAdded(_)
            | Payload::UtxoSpent(_)
            | Payload::UtxoUncached(_)
            | Payload::UtxoCacheFlushed(_) => utxocache::push(self, output, event, payload),
            Payload::PeerInfos(_)
            | Payload::MempoolInfo(_)
            | Payload::Uptime(_)
            | Payload::NetTotals(_)
            | Payload::MemoryInfo(_)
            | Payload::AddrmanInfo(_)
            | Payload::ChainTxStats(_)
            | Payload::NetworkInfo(_)
            | Payload::BlockchainInfo(_)
            | Payload::OrphanTxs(_)
            | Payload::RawAddrman(_)
            | Payload::SmartFees(_)
            | Payload::ChainTips(_)
            | Payload::BanList(_)
            | Payload::MiningInfo(_)
            | Payload::IndexInfo(_)
            | Payload::DeploymentInfo(_)
            | Payload::RpcInfo(_) => rpc::push(self, output, event, payload),
            Payload::LogLine(line) => log::push_line(self, output, event, line),
            Payload::BlockReconstruction(block) => log::push_block(self, output, event, block),
            Payload::ProbeConnected(_)
            | Payload::ProbeDisconnected(_)
            | Payload::ProbePing(_)
            | Payload::ProbeAnnouncement(_) => probe::push(self, output, event, payload),
            Payload::ChainTipChanged(_)
            | Payload::ChainReorganized(_)
            | Payload::BlockTemplate(_)
            | Payload::IpcEcho(_) => chain::push(self, output, event, payload),
            Payload::ProcessSample(sample) => process::push_sample(self, output, event, sample),
            Payload::ProcessMemory(memory) => process::push_memory(self, output, event, memory),
            Payload::Started(_)
            | Payload::NodeGone(_)
            | Payload::NodeBack(_)
            | Payload::Gap(_)
            | Payload::LogTemplateSeen(_) => notice::push(self, output, event, payload),
            Payload::Heartbeat(heartbeat) => heartbeat::push(self, output, event, heartbeat),
            Payload::Alert(alert) => alert::push(self, output, event, alert),
            Payload::Tick(_) => self.tick.push(output, event, plain::NoRow),
        }
    }

    /// Writes what waits and ends all files.
    pub(crate) fn close(&mut self, output: &mut Output) -> Result<(), ExportError> {
        self.all().try_for_each(|table| table.close(output))
    }
}
