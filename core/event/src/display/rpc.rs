//! What the node has answered, on one line: the few values that tell most.

use std::fmt::{self, Display, Formatter};

use super::text::{Counted, Hash, Milliseconds, Plain, Tally};
use crate::{
    AddrmanInfo, BanList, BlockchainInfo, ChainTips, ChainTxStats, ConnectionType, DeploymentInfo,
    IndexInfo, MemoryInfo, MempoolInfo, MiningInfo, NetTotals, NetworkInfo, OrphanTxs, PeerInfos,
    RawAddrman, RpcInfo, SmartFees, Uptime,
};

/// More entries of a list are not shown.
const MOST_SHOWN: usize = 8;

/// ` name=value`, or nothing where the node did not say.
struct Field<'a, T>(&'a str, Option<T>);

impl<T: Display> Display for Field<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.1 {
            Some(value) => write!(f, " {}={value}", self.0),
            None => Ok(()),
        }
    }
}

/// The same for a word that the node chose.
fn word<'a>(name: &'a str, value: Option<&'a String>) -> Field<'a, Plain<'a>> {
    Field(name, value.map(|text| Plain(text)))
}

/// How a reply's line ends: its size and how long it took.
fn end(f: &mut Formatter<'_>, reply_bytes: u64, duration_ns: u64) -> fmt::Result {
    write!(f, ", {reply_bytes} B in {}", Milliseconds(duration_ns))
}

/// Ends every one of the lines.
macro_rules! end {
    ($f:expr, $reply:expr) => {
        end($f, $reply.reply_bytes, $reply.duration_ns)
    };
}

pub(super) fn peer_infos(f: &mut Formatter<'_>, infos: &PeerInfos) -> fmt::Result {
    let connections = infos.peers.iter().map(|peer| {
        let word = peer.connection_type.as_deref().unwrap_or_default();
        ConnectionType::from_word(word)
            .unwrap_or(ConnectionType::Other)
            .word()
    });
    let tally = connections.collect::<Tally>();
    let colon = if infos.peers.is_empty() { "" } else { ": " };
    write!(f, " {}{colon}{tally}", Counted(infos.peers.len(), "peer"))?;
    end!(f, infos)
}

pub(super) fn mempool_info(f: &mut Formatter<'_>, info: &MempoolInfo) -> fmt::Result {
    write!(
        f,
        "{}{}{}",
        Field("transactions", info.transaction_count),
        Field("vbytes", info.transactions_vbytes),
        Field("memory_bytes", info.memory_bytes),
    )?;
    end!(f, info)
}

pub(super) fn uptime(f: &mut Formatter<'_>, uptime: &Uptime) -> fmt::Result {
    write!(f, "{}", Field("seconds", uptime.uptime_seconds))?;
    end!(f, uptime)
}

pub(super) fn net_totals(f: &mut Formatter<'_>, totals: &NetTotals) -> fmt::Result {
    write!(
        f,
        "{}{}",
        Field("received_bytes", totals.received_bytes),
        Field("sent_bytes", totals.sent_bytes),
    )?;
    end!(f, totals)
}

pub(super) fn memory_info(f: &mut Formatter<'_>, info: &MemoryInfo) -> fmt::Result {
    let locked = info.locked.as_ref();
    write!(
        f,
        "{}{}",
        Field("used_bytes", locked.and_then(|locked| locked.used_bytes)),
        Field(
            "locked_bytes",
            locked.and_then(|locked| locked.locked_bytes)
        ),
    )?;
    end!(f, info)
}

pub(super) fn addrman_info(f: &mut Formatter<'_>, info: &AddrmanInfo) -> fmt::Result {
    for network in info.networks.iter().take(MOST_SHOWN) {
        let name = network.network.as_deref().unwrap_or_default();
        let total = network.total_addresses.unwrap_or(0);
        write!(f, " {}={total}", Plain(name))?;
    }
    end!(f, info)
}

pub(super) fn chain_tx_stats(f: &mut Formatter<'_>, stats: &ChainTxStats) -> fmt::Result {
    write!(
        f,
        "{}{}{}",
        Field("transactions", stats.transaction_count),
        Field("window_blocks", stats.window_block_count),
        Field("window_transactions", stats.window_transaction_count),
    )?;
    end!(f, stats)
}

pub(super) fn network_info(f: &mut Formatter<'_>, info: &NetworkInfo) -> fmt::Result {
    write!(
        f,
        "{}{}{}{}",
        word("user_agent", info.user_agent.as_ref()),
        Field("inbound", info.inbound_connections),
        Field("outbound", info.outbound_connections),
        Field("warnings", Some(info.warnings.len())),
    )?;
    end!(f, info)
}

pub(super) fn blockchain_info(f: &mut Formatter<'_>, info: &BlockchainInfo) -> fmt::Result {
    write!(
        f,
        "{}{}{}{}",
        word("chain", info.chain.as_ref()),
        Field("height", info.height),
        Field("headers", info.headers_height),
        Field("best", info.best_block_hash.as_deref().map(Hash)),
    )?;
    end!(f, info)
}

pub(super) fn orphan_txs(f: &mut Formatter<'_>, orphans: &OrphanTxs) -> fmt::Result {
    write!(f, " {}", Counted(orphans.transactions.len(), "transaction"))?;
    end!(f, orphans)
}

pub(super) fn raw_addrman(f: &mut Formatter<'_>, addrman: &RawAddrman) -> fmt::Result {
    let (new, tried) = (addrman.new_entries.len(), addrman.tried_entries.len());
    write!(f, " new={new} tried={tried}")?;
    end!(f, addrman)
}

pub(super) fn smart_fees(f: &mut Formatter<'_>, fees: &SmartFees) -> fmt::Result {
    for fee in fees.estimates.iter().take(MOST_SHOWN) {
        write!(f, " {}/{}=", fee.target_blocks, Plain(&fee.mode))?;
        match fee.feerate_btc_per_kvb {
            Some(feerate) => write!(f, "{feerate:.8}")?,
            None => f.write_str("unknown")?,
        }
    }
    end!(f, fees)
}

pub(super) fn chain_tips(f: &mut Formatter<'_>, tips: &ChainTips) -> fmt::Result {
    write!(f, " {}", Counted(tips.tips.len(), "tip"))?;
    end!(f, tips)
}

pub(super) fn ban_list(f: &mut Formatter<'_>, list: &BanList) -> fmt::Result {
    write!(f, " {}", Counted(list.bans.len(), "ban"))?;
    end!(f, list)
}

pub(super) fn mining_info(f: &mut Formatter<'_>, info: &MiningInfo) -> fmt::Result {
    write!(
        f,
        "{}{}",
        Field("height", info.height),
        Field("difficulty", info.difficulty),
    )?;
    end!(f, info)
}

pub(super) fn index_info(f: &mut Formatter<'_>, info: &IndexInfo) -> fmt::Result {
    let behind = info
        .indexes
        .iter()
        .filter(|index| index.synced == Some(false));
    let behind = behind.count();
    write!(
        f,
        " {} behind={behind}",
        Counted(info.indexes.len(), "index")
    )?;
    end!(f, info)
}

pub(super) fn deployment_info(f: &mut Formatter<'_>, info: &DeploymentInfo) -> fmt::Result {
    write!(f, "{}", Field("height", info.height))?;
    for deployment in info.deployments.iter().take(MOST_SHOWN) {
        let name = deployment.name.as_deref().unwrap_or_default();
        let status = match (&deployment.bip9, deployment.active) {
            (Some(bip9), _) => bip9.status.as_deref().unwrap_or_default(),
            (None, Some(true)) => "active",
            (None, _) => "inactive",
        };
        write!(f, " {}={}", Plain(name), Plain(status))?;
    }
    end!(f, info)
}

pub(super) fn rpc_info(f: &mut Formatter<'_>, info: &RpcInfo) -> fmt::Result {
    write!(
        f,
        " {}",
        Counted(info.active_commands.len(), "active command")
    )?;
    end!(f, info)
}
