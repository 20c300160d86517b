//! Lines of debug.log.

use peer_observer_event::log_line::Detail;
use peer_observer_event::{BlockReconstruction, Event, LogLine};

use super::Tables;
use super::json::{json, json_list};
use crate::ExportError;
use crate::column::{Count, Flag, Hash, Integer, Maybe, Number, Text, Unsigned, Word};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// Lines.
    Lines, LineRow {
        /// As Core names it (`net`, `mempool`, ...); empty for lines of no category.
        category: Text,
        /// `trace`, `debug`, `info`, `warning`, `error`.
        level: Word,
        /// What stands behind the prefix. Peers may have chosen parts of it.
        message: Text,
        /// The end of `message` is missing.
        cut: Flag,
        /// What kind of message this is: the same for a text with its variable parts taken out.
        /// The notice `log_template_seen` has the text.
        template_id: Maybe<Unsigned>,
        /// `catalogue` (made from Core's source), `mined` (found among the lines).
        template_origin: Maybe<Word>,
        /// The variable parts in their order, a list in JSON.
        parameters: Maybe<Text>,
        /// What the line says, where it means something to peer-observer: `block_connected`,
        /// `block_checked`, `header_seen`, `compact_block_reconstructed`, `peer_connected`,
        /// `peer_disconnected`, `peer_misbehaving`, `transaction_accepted`,
        /// `transaction_rejected`, `tip_updated`, `mempool_dumped`, `rate_limit`,
        /// `addrman_written`, `banlist_written`.
        detail: Maybe<Word>,
        /// The peer that the line is about.
        peer_id: Maybe<Count>,
        /// The block that the line is about.
        block_hash: Hash,
        /// Its height.
        height: Maybe<Integer>,
        /// The transaction that the line is about.
        txid: Hash,
        /// Its wtxid.
        wtxid: Hash,
        /// Why a peer was disconnected or misbehaves, a transaction was rejected, or what the
        /// check of a block said.
        reason: Maybe<Text>,
        /// All that the line says, in JSON.
        detail_json: Maybe<Text>,
        /// `-logthreadnames`; empty where the line has none.
        thread: Text,
        /// `-logsourcelocations`: file of Core's source.
        source_file: Maybe<Text>,
        /// `-logsourcelocations`: line of that file.
        source_line: Maybe<Count>,
        /// `-logsourcelocations`: function there.
        source_function: Maybe<Text>,
        /// How exact the line's own time is: `seconds`, `microseconds`; `unspecified` where it
        /// has none and `time` is when it was read.
        line_time: Word,
        /// The node's mock time.
        mock_time_unix_seconds: Maybe<Integer>,
        /// Bytes in the file, line ends and prefix included.
        line_bytes: Count,
        /// Lines of the file; more than 1 for joined output.
        line_count: Count,
        /// The line held bytes that are not UTF-8.
        invalid_utf8: Flag,
        /// The file ended before the line did.
        unterminated: Flag,
        /// Other lines from the same place were left out by the node.
        rate_limited: Flag,
    }
}

columns! {
    /// Compact blocks.
    Reconstructions, ReconstructionRow {
        /// The block.
        block_hash: Hash,
        /// Its height.
        height: Maybe<Integer>,
        /// Who sent it.
        peer_id: Maybe<Count>,
        /// Sent unasked (BIP152 high-bandwidth mode)?
        high_bandwidth: Maybe<Flag>,
        /// From the header seen to the block put together.
        duration_seconds: Maybe<Number>,
        /// Transactions that the compact block had whole.
        prefilled_transactions: Count,
        /// From the mempool, those from the extra pool included.
        mempool_transactions: Count,
        /// From the extra pool.
        extra_pool_transactions: Maybe<Count>,
        /// That had to be asked for.
        requested_transactions: Count,
        /// Their size.
        requested_bytes: Maybe<Count>,
    }
}

pub(super) fn push_line(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    line: &LogLine,
) -> Result<(), ExportError> {
    let parameters = json_list(&line.parameters);
    let detail_json = line.detail.as_ref().map(json);
    let source = line.source.as_ref();
    let mut row = LineRow {
        category: &line.category,
        level: line.level().word(),
        message: &line.message,
        cut: line.cut,
        template_id: line.template_id,
        template_origin: line.template_id.map(|_| line.template_origin().word()),
        parameters: parameters.as_deref(),
        peer_id: event.peer_id(),
        detail_json: detail_json.as_deref(),
        thread: &line.thread,
        source_file: source.map(|source| &*source.file),
        source_line: source.map(|source| source.line.into()),
        source_function: source.map(|source| &*source.function),
        line_time: line.time().word(),
        mock_time_unix_seconds: line.mock_time_unix_seconds,
        line_bytes: line.line_bytes,
        line_count: line.line_count.into(),
        invalid_utf8: line.invalid_utf8,
        unterminated: line.unterminated,
        rate_limited: line.rate_limited,
        ..LineRow::default()
    };
    if let Some(detail) = &line.detail {
        describe(&mut row, detail);
    }
    tables.log.push(output, event, row)
}

/// What the line is about.
fn describe<'a>(row: &mut LineRow<'a>, detail: &'a Detail) {
    row.detail = Some(match detail {
        Detail::BlockConnected(connected) => {
            row.block_hash = &connected.block_hash;
            row.height = Some(connected.height.into());
            "block_connected"
        }
        Detail::BlockChecked(checked) => {
            row.block_hash = &checked.block_hash;
            row.reason = Some(&checked.state);
            "block_checked"
        }
        Detail::HeaderSeen(seen) => {
            row.block_hash = &seen.block_hash;
            row.height = seen.height.map(i64::from);
            "header_seen"
        }
        Detail::CompactBlockReconstructed(block) => {
            row.block_hash = &block.block_hash;
            "compact_block_reconstructed"
        }
        Detail::PeerConnected(_) => "peer_connected",
        Detail::PeerDisconnected(disconnected) => {
            row.reason = Some(disconnected.reason().word());
            "peer_disconnected"
        }
        Detail::PeerMisbehaving(misbehaving) => {
            row.reason = Some(&misbehaving.reason);
            "peer_misbehaving"
        }
        Detail::TransactionAccepted(accepted) => {
            row.txid = &accepted.txid;
            row.wtxid = accepted.wtxid.as_deref().unwrap_or_default();
            "transaction_accepted"
        }
        Detail::TransactionRejected(rejected) => {
            row.txid = &rejected.txid;
            row.wtxid = rejected.wtxid.as_deref().unwrap_or_default();
            row.reason = Some(&rejected.reason);
            "transaction_rejected"
        }
        Detail::TipUpdated(tip) => {
            row.block_hash = &tip.block_hash;
            row.height = Some(tip.height.into());
            "tip_updated"
        }
        Detail::MempoolDumped(_) => "mempool_dumped",
        Detail::RateLimit(_) => "rate_limit",
        Detail::AddrmanWritten(_) => "addrman_written",
        Detail::BanlistWritten(_) => "banlist_written",
    });
}

pub(super) fn push_block(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    block: &BlockReconstruction,
) -> Result<(), ExportError> {
    let row = ReconstructionRow {
        block_hash: &block.block_hash,
        height: block.height.map(i64::from),
        peer_id: block.peer_id,
        high_bandwidth: block.high_bandwidth,
        duration_seconds: block.duration_seconds,
        prefilled_transactions: block.prefilled_transactions.into(),
        mempool_transactions: block.mempool_transactions.into(),
        extra_pool_transactions: block.extra_pool_transactions.map(u64::from),
        requested_transactions: block.requested_transactions.into(),
        requested_bytes: block.requested_bytes,
    };
    tables.block_reconstruction.push(output, event, row)
}
