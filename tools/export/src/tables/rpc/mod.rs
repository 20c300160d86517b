//! Replies of the node's RPC interface.

mod addrman;
mod chain;
mod mempool;
mod network;
mod peer;

use peer_observer_event::{Event, Payload};

use super::Tables;
use super::json::json;
use crate::ExportError;
use crate::column::{Count, Maybe, Text, Word};
use crate::columns::columns;
use crate::output::Output;

pub(crate) use addrman::{AddrmanEntries, AddrmanNetworks};
pub(crate) use chain::{Blockchains, ChainTips};
pub(crate) use mempool::{MempoolInfos, Orphans, SmartFees};
pub(crate) use network::{Bans, NetTotals};
pub(crate) use peer::Peers;

columns! {
    /// Replies.
    Replies, ReplyRow {
        /// The method.
        method: Word,
        /// How long the node took to answer.
        duration_ns: Count,
        /// Size of the reply's text.
        reply_bytes: Count,
        /// The reply in JSON, with the field names of the JSON lines. NULL for methods that have
        /// a table of their own.
        reply: Maybe<Text>,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    payload: &Payload,
) -> Result<(), ExportError> {
    let Some(method) = payload.rpc_method() else {
        return Ok(());
    };
    let text;
    /// The row of a reply that stands in another table, or (with `whole`) here.
    macro_rules! row {
        ($reply:ident) => {
            ReplyRow {
                method,
                duration_ns: $reply.duration_ns,
                reply_bytes: $reply.reply_bytes,
                reply: None,
            }
        };
        (whole $reply:ident) => {{
            text = json($reply);
            ReplyRow {
                reply: Some(&text),
                ..row!($reply)
            }
        }};
    }
    let row = match payload {
        Payload::PeerInfos(reply) => {
            peer::push(tables, output, event, reply)?;
            row!(reply)
        }
        Payload::MempoolInfo(reply) => {
            mempool::push_info(tables, output, event, reply)?;
            row!(reply)
        }
        Payload::OrphanTxs(reply) => {
            mempool::push_orphans(tables, output, event, reply)?;
            row!(reply)
        }
        Payload::SmartFees(reply) => {
            mempool::push_fees(tables, output, event, reply)?;
            row!(reply)
        }
        Payload::NetTotals(reply) => {
            network::push_totals(tables, output, event, reply)?;
            row!(reply)
        }
        Payload::BanList(reply) => {
            network::push_bans(tables, output, event, reply)?;
            row!(reply)
        }
        Payload::AddrmanInfo(reply) => {
            addrman::push_networks(tables, output, event, reply)?;
            row!(reply)
        }
        Payload::RawAddrman(reply) => {
            addrman::push_entries(tables, output, event, reply)?;
            row!(reply)
        }
        Payload::BlockchainInfo(reply) => {
            chain::push_info(tables, output, event, reply)?;
            row!(reply)
        }
        Payload::ChainTips(reply) => {
            chain::push_tips(tables, output, event, reply)?;
            row!(reply)
        }
        Payload::Uptime(reply) => row!(whole reply),
        Payload::MemoryInfo(reply) => row!(whole reply),
        Payload::ChainTxStats(reply) => row!(whole reply),
        Payload::NetworkInfo(reply) => row!(whole reply),
        Payload::MiningInfo(reply) => row!(whole reply),
        Payload::IndexInfo(reply) => row!(whole reply),
        Payload::DeploymentInfo(reply) => row!(whole reply),
        Payload::RpcInfo(reply) => row!(whole reply),
        _ => return Ok(()),
    };
    tables.rpc.push(output, event, row)
}
