//! debug.log: lines, and what those lines say that peer-observer knows.

mod blocks;
mod files;
mod lines;
mod peers;
mod templates;
mod tip;

use std::sync::Arc;

use peer_observer_event::log_line::Detail;
use peer_observer_event::{LogLine, LogTemplateSeen};

use crate::catalogue::Catalogue;
use crate::family::NodeName;
use blocks::{BlockLineFamilies, BlockLines};
use files::FileFamilies;
use lines::{LineFamilies, LineMetrics};
use peers::{PeerLineFamilies, PeerLines};
use templates::{TemplateFamilies, TemplateMetrics};
use tip::TipFamilies;

/// Families of debug.log.
pub(crate) struct LogFamilies {
    lines: LineFamilies,
    templates: TemplateFamilies,
    blocks: BlockLineFamilies,
    tip: TipFamilies,
    peers: PeerLineFamilies,
    files: FileFamilies,
}

impl LogFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> LogFamilies {
        LogFamilies {
            lines: LineFamilies::new(catalogue),
            templates: TemplateFamilies::new(catalogue),
            blocks: BlockLineFamilies::new(catalogue),
            tip: TipFamilies::new(catalogue),
            peers: PeerLineFamilies::new(catalogue),
            files: FileFamilies::new(catalogue),
        }
    }
}

/// One node's part. A node that catches up, or is busy with peers, writes
/// thousands of lines a second, and an old file is read faster than that.
pub(crate) struct LogMetrics {
    node: NodeName,
    lines: LineMetrics,
    templates: TemplateMetrics,
    blocks: BlockLines,
    peers: PeerLines,
}

impl LogMetrics {
    pub(crate) fn new(node: &NodeName, families: &LogFamilies) -> LogMetrics {
        LogMetrics {
            node: Arc::clone(node),
            lines: LineMetrics::new(node, &families.lines),
            templates: TemplateMetrics::new(node, &families.templates),
            blocks: BlockLines::default(),
            peers: PeerLines::default(),
        }
    }

    /// Takes a line over. One of an earlier life of the node is counted, but
    /// says nothing of how things are: then `is_current` is false.
    pub(crate) fn line(&mut self, line: &LogLine, is_current: bool, families: &LogFamilies) {
        self.lines.line(line, &families.lines);
        self.templates.line(line);
        if let Some(detail) = &line.detail {
            self.detail(detail, is_current, families);
        }
    }

    fn detail(&mut self, detail: &Detail, is_current: bool, families: &LogFamilies) {
        let node = &self.node;
        match detail {
            Detail::BlockConnected(block) => {
                families.blocks.connected(node, block, is_current);
            }
            Detail::BlockChecked(block) => self.blocks.checked(node, block, &families.blocks),
            Detail::HeaderSeen(header) => families.blocks.header_seen(node, header, is_current),
            // Its reconstruction is an event of its own, with more in it.
            Detail::CompactBlockReconstructed(_) => {}
            Detail::TipUpdated(tip) => families.tip.updated(node, tip, is_current),
            Detail::PeerConnected(peer) => families.peers.connected(node, peer),
            Detail::PeerDisconnected(peer) => families.peers.disconnected(node, peer),
            Detail::PeerMisbehaving(peer) => families.peers.misbehaving(node, peer),
            Detail::TransactionAccepted(transaction) => {
                self.peers
                    .accepted(node, transaction, is_current, &families.peers);
            }
            Detail::TransactionRejected(transaction) => {
                families.peers.rejected(node, transaction);
            }
            Detail::MempoolDumped(dump) => families.files.mempool(node, dump, is_current),
            Detail::AddrmanWritten(write) => families.files.addrman(node, write, is_current),
            Detail::BanlistWritten(write) => families.files.banlist(node, write, is_current),
            Detail::RateLimit(limit) => self.lines.rate_limit(limit, &families.lines),
        }
    }

    /// A template was met for the first time in this life of the extractor.
    pub(crate) fn template_seen(&self, seen: &LogTemplateSeen) {
        self.templates.seen(seen);
    }

    /// A new life of the extractor: it has met no template yet.
    pub(crate) fn started(&self) {
        self.templates.forget();
    }

    /// Nobody reads the log any more: removes what was the case at the last line.
    pub(crate) fn clear(&mut self, families: &LogFamilies) {
        families.blocks.clear(&self.node);
        families.tip.clear(&self.node);
        self.peers.clear(&self.node, &families.peers);
        families.files.clear(&self.node);
    }
}
