//! What happened, on one line.

use std::fmt::{self, Formatter};

use super::text::{Hash, Milliseconds, PeerAddress, Plain, Quoted, TimeOfDay};
use super::{alert, body, chain, log, probe, process, rpc};
use crate::{
    COMMANDS, ConnectionType, Gap, Heartbeat, Kind, Network, NodeLabels, P2pMessage, Payload,
    Started,
};

/// Longest P2P message type, and so the width of the column.
const COMMAND_WIDTH: usize = 12;

pub(super) fn write(f: &mut Formatter<'_>, payload: &Payload) -> fmt::Result {
    if let Payload::P2pMessage(message) = payload {
        return p2p_message(f, message);
    }
    if let Payload::Tick(_) = payload {
        return f.write_str(payload.word());
    }
    write!(f, "{:<COMMAND_WIDTH$}", payload.word())?;
    match payload {
        Payload::P2pMessage(_) | Payload::Tick(_) => Ok(()),
        Payload::ConnectionOpened(opened) => {
            let existing = opened.existing_connections;
            peer(
                f,
                opened.peer_id,
                PeerAddress(&opened.address, opened.address_cut),
                opened.connection_type(),
                opened.network(),
            )?;
            write!(f, " {} connections={existing}", opened.direction().word())
        }
        Payload::ConnectionClosed(closed) => {
            peer(
                f,
                closed.peer_id,
                PeerAddress(&closed.address, closed.address_cut),
                closed.connection_type(),
                closed.network(),
            )?;
            write!(f, " opened={}", closed.opened_unix_seconds)
        }
        Payload::ConnectionEvicted(evicted) => {
            let connection_type = evicted.connection_type();
            peer(
                f,
                evicted.peer_id,
                PeerAddress(&evicted.address, evicted.address_cut),
                connection_type,
                evicted.network(),
            )?;
            write!(f, " opened={}", evicted.opened_unix_seconds)
        }
        Payload::ConnectionMisbehaving(misbehaving) => {
            write!(
                f,
                " peer={} {}",
                misbehaving.peer_id,
                Quoted(&misbehaving.reason)
            )
        }
        Payload::MempoolAdded(added) => {
            let (size, fee) = (added.size_vbytes, added.fee_sat);
            write!(f, " {} {size} vB fee={fee} sat", Hash(&added.txid))
        }
        Payload::MempoolRemoved(removed) => {
            let (reason, size, fee) = (&removed.reason, removed.size_vbytes, removed.fee_sat);
            write!(
                f,
                " {} {} {size} vB fee={fee} sat",
                Hash(&removed.txid),
                Plain(reason)
            )
        }
        Payload::MempoolReplaced(replaced) => {
            let (size, fee) = (replaced.size_vbytes, replaced.fee_sat);
            write!(f, " {} {size} vB fee={fee} sat by ", Hash(&replaced.txid))?;
            let what = if replaced.replaced_by_transaction {
                ""
            } else {
                "package "
            };
            let (size, fee) = (
                replaced.replacement_size_vbytes,
                replaced.replacement_fee_sat,
            );
            write!(
                f,
                "{what}{} {size} vB fee={fee} sat",
                Hash(&replaced.replacement_hash)
            )
        }
        Payload::MempoolRejected(rejected) => {
            write!(f, " {} {}", Hash(&rejected.txid), Quoted(&rejected.reason))
        }
        Payload::BlockConnected(block) => {
            let (height, sigops) = (block.height, block.sigops_cost);
            let (transactions, inputs) = (block.transaction_count, block.input_count);
            write!(
                f,
                " height={height} {} transactions={transactions}",
                Hash(&block.block_hash)
            )?;
            write!(
                f,
                " inputs={inputs} sigops_cost={sigops} in {}",
                Milliseconds(block.duration_ns)
            )
        }
        Payload::UtxoAdded(coin) => {
            let at = (&*coin.txid, coin.index, coin.height);
            utxo(f, at, coin.value_sat, coin.coinbase)
        }
        Payload::UtxoSpent(coin) => {
            let at = (&*coin.txid, coin.index, coin.height);
            utxo(f, at, coin.value_sat, coin.coinbase)
        }
        Payload::UtxoUncached(coin) => {
            let at = (&*coin.txid, coin.index, coin.height);
            utxo(f, at, coin.value_sat, coin.coinbase)
        }
        Payload::UtxoCacheFlushed(flushed) => {
            let (coins, bytes) = (flushed.coins_count, flushed.coins_memory_bytes);
            let prune = if flushed.for_prune { " for_prune" } else { "" };
            write!(f, " mode={} coins={coins} {bytes} B{prune}", flushed.mode)?;
            write!(
                f,
                " in {}",
                Milliseconds(flushed.duration_us.saturating_mul(1000))
            )
        }
        Payload::PeerInfos(infos) => rpc::peer_infos(f, infos),
        Payload::MempoolInfo(reply) => rpc::mempool_info(f, reply),
        Payload::Uptime(reply) => rpc::uptime(f, reply),
        Payload::NetTotals(reply) => rpc::net_totals(f, reply),
        Payload::MemoryInfo(reply) => rpc::memory_info(f, reply),
        Payload::AddrmanInfo(reply) => rpc::addrman_info(f, reply),
        Payload::ChainTxStats(reply) => rpc::chain_tx_stats(f, reply),
        Payload::NetworkInfo(reply) => rpc::network_info(f, reply),
        Payload::BlockchainInfo(reply) => rpc::blockchain_info(f, reply),
        Payload::OrphanTxs(reply) => rpc::orphan_txs(f, reply),
        Payload::RawAddrman(reply) => rpc::raw_addrman(f, reply),
        Payload::SmartFees(reply) => rpc::smart_fees(f, reply),
        Payload::ChainTips(reply) => rpc::chain_tips(f, reply),
        Payload::BanList(reply) => rpc::ban_list(f, reply),
        Payload::MiningInfo(reply) => rpc::mining_info(f, reply),
        Payload::IndexInfo(reply) => rpc::index_info(f, reply),
        Payload::DeploymentInfo(reply) => rpc::deployment_info(f, reply),
        Payload::RpcInfo(reply) => rpc::rpc_info(f, reply),
        Payload::Started(started) => started_with(f, started),
        Payload::NodeGone(gone) => node(f, gone.pid, &gone.detail),
        Payload::NodeBack(back) => node(f, back.pid, &back.detail),
        Payload::Gap(lost) => gap(f, lost),
        Payload::Heartbeat(beat) => heartbeat(f, beat),
        Payload::LogTemplateSeen(seen) => log::template_seen(f, seen),
        Payload::LogLine(line) => log::line(f, line),
        Payload::BlockReconstruction(block) => log::reconstruction(f, block),
        Payload::ProbeConnected(connected) => probe::connected(f, connected),
        Payload::ProbeDisconnected(disconnected) => probe::disconnected(f, disconnected),
        Payload::ProbePing(ping) => probe::ping(f, ping),
        Payload::ProbeAnnouncement(announcement) => probe::announcement(f, announcement),
        Payload::ChainTipChanged(tip) => chain::tip_changed(f, tip),
        Payload::ChainReorganized(reorganized) => chain::reorganized(f, reorganized),
        Payload::BlockTemplate(template) => chain::block_template(f, template),
        Payload::IpcEcho(echo) => chain::echo(f, echo),
        Payload::ProcessSample(sample) => process::sample(f, sample),
        Payload::ProcessMemory(memory) => process::memory(f, memory),
        Payload::Alert(alert) => alert::write(f, alert),
    }
}

fn p2p_message(f: &mut Formatter<'_>, message: &P2pMessage) -> fmt::Result {
    if COMMANDS.contains(&&*message.command) {
        write!(f, "{:<COMMAND_WIDTH$}", message.command)?;
    } else {
        write!(
            f,
            "{:<COMMAND_WIDTH$}",
            Quoted(&message.command).to_string()
        )?;
    }
    let (direction, connection) = (message.direction().word(), message.connection_type().word());
    let peer = message.peer_id;
    let address = PeerAddress(&message.address, message.address_cut);
    write!(
        f,
        " {direction:<8} peer={peer} {address} {connection} {} B",
        message.payload_bytes
    )?;
    if let Some(cut) = &message.cut {
        write!(f, " cut={} kept={} B", cut.reason().word(), cut.kept_bytes)?;
    }
    if let Some(trailing) = message.trailing_bytes {
        write!(f, " trailing={trailing} B")?;
    }
    message
        .body
        .as_ref()
        .map_or(Ok(()), |body| body::write(f, body))
}

fn peer(
    f: &mut Formatter<'_>,
    peer_id: u64,
    address: PeerAddress<'_>,
    connection_type: ConnectionType,
    network: Network,
) -> fmt::Result {
    let (connection_type, network) = (connection_type.word(), network.word());
    write!(f, " peer={peer_id} {address} {network} {connection_type}")
}

fn utxo(
    f: &mut Formatter<'_>,
    (txid, index, height): (&[u8], u32, u32),
    value_sat: i64,
    coinbase: bool,
) -> fmt::Result {
    let coinbase = if coinbase { " coinbase" } else { "" };
    write!(
        f,
        " {}:{index} {value_sat} sat height={height}{coinbase}",
        Hash(txid)
    )
}

fn node(f: &mut Formatter<'_>, pid: Option<u32>, detail: &str) -> fmt::Result {
    if let Some(pid) = pid {
        write!(f, " pid={pid}")?;
    }
    write!(f, " {}", Quoted(detail))
}

fn gap(f: &mut Formatter<'_>, gap: &Gap) -> fmt::Result {
    match gap.count {
        Some(count) => write!(f, " lost={count}")?,
        None => f.write_str(" lost=unknown")?,
    }
    let (first, last) = (TimeOfDay(gap.first_time_ns), TimeOfDay(gap.last_time_ns));
    write!(
        f,
        " reason={} from {first} to {last} {}",
        gap.reason().word(),
        Quoted(&gap.detail)
    )
}

/// Most kinds and hops that are shown of a heartbeat.
const MOST_SHOWN: usize = 16;

fn started_with(f: &mut Formatter<'_>, started: &Started) -> fmt::Result {
    let Started {
        version, detail, ..
    } = started;
    write!(f, " {} {}", Plain(version), Quoted(detail))?;
    for (name, value) in NodeLabels::usable(&started.labels).iter() {
        write!(f, " {name}={}", Quoted(value))?;
    }
    Ok(())
}

fn heartbeat(f: &mut Formatter<'_>, heartbeat: &Heartbeat) -> fmt::Result {
    write!(f, " last_sequence={}", heartbeat.last_sequence)?;
    for count in heartbeat.kinds.iter().take(MOST_SHOWN) {
        let kind = i32::try_from(count.kind)
            .ok()
            .and_then(|kind| Kind::try_from(kind).ok());
        write!(
            f,
            " {}={}",
            kind.unwrap_or_default().word(),
            count.last_sequence
        )?;
    }
    for hop in heartbeat.hops.iter().take(MOST_SHOWN) {
        let dropped = hop
            .dropped
            .iter()
            .fold(0, |sum: u64, drop| sum.saturating_add(drop.count));
        // What passed whole is of no interest to people.
        if hop.reduced > 0 || dropped > 0 {
            write!(f, " {}", Plain(&hop.hop))?;
            if !hop.part.is_empty() {
                write!(f, "/{}", Plain(&hop.part))?;
            }
            write!(
                f,
                " of {}: reduced={} dropped={dropped}",
                hop.attempted, hop.reduced
            )?;
        }
    }
    Ok(())
}
