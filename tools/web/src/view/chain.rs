//! The latest blocks and reorganisations, and what the node would mine.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use peer_observer_event::{
    BlockTemplate, ChainReorganized, Event, Payload, ProbeAnnouncement, log_line,
    probe_announcement::Body,
};
use serde::Serialize;

use super::block::{Block, BlockRow};

/// Blocks and reorganisations together.
pub(super) const MOST_ENTRIES: usize = 50;

/// Announcements of blocks that nobody else has told of yet.
const MOST_ANNOUNCED: usize = 16;

/// More fee-rate percentiles than there are.
const MOST_PERCENTILES: usize = 101;

/// What is known of one node's chain.
#[derive(Default)]
pub(super) struct Chain {
    /// The latest last.
    entries: VecDeque<Entry>,
    /// Grows with each change of the entries.
    changes: u64,
    announced: VecDeque<(Bytes, u64)>,
    template: Option<Arc<TemplateRow>>,
    echo: Option<EchoRow>,
}

enum Entry {
    Block(Box<Block>),
    Reorg(Arc<ReorgRow>),
}

/// One of `entries` in `/api/v1/chain`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EntryRow {
    Block(Box<BlockRow>),
    Reorg(Arc<ReorgRow>),
}

/// A reorganisation, in the schema's names.
#[derive(Debug, Serialize)]
pub(crate) struct ReorgRow {
    time_ns: String,
    #[serde(flatten)]
    reorg: ChainReorganized,
}

/// `chain` in `/api/v1/vitals`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChainRow {
    changes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<Arc<TemplateRow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    echo: Option<EchoRow>,
}

/// The last block template, in the schema's names.
#[derive(Debug, Serialize)]
pub(crate) struct TemplateRow {
    time_ns: String,
    #[serde(flatten)]
    template: BlockTemplate,
}

/// The last echo over IPC.
#[derive(Clone, Debug, Serialize)]
struct EchoRow {
    time_ns: String,
    round_trip_ns: u64,
}

impl Chain {
    /// Takes the event into account, if it is about a block or over IPC.
    pub(super) fn apply(&mut self, event: &Event, payload: &Payload) {
        match payload {
            Payload::ChainTipChanged(tip) => {
                let mut block = self.take(&tip.block_hash, event);
                block.tip(event, tip);
                // The tips' order is the chain's, whoever told of the blocks before.
                self.push(Entry::Block(block));
            }
            Payload::ChainReorganized(reorg) => self.reorganized(event, reorg),
            Payload::BlockConnected(block) => {
                self.about(&block.block_hash, event).connected(event, block)
            }
            Payload::BlockReconstruction(block) => {
                self.about(&block.block_hash, event).reconstructed(block);
            }
            Payload::LogLine(line) => {
                if let Some(log_line::Detail::TipUpdated(tip)) = &line.detail {
                    self.about(&tip.block_hash, event).logged(event, tip);
                }
            }
            Payload::ProbeAnnouncement(announcement) => self.announced(event, announcement),
            Payload::BlockTemplate(template) => self.template(event, template),
            Payload::IpcEcho(echo) => {
                self.echo = Some(EchoRow {
                    time_ns: event.time_ns.to_string(),
                    round_trip_ns: echo.round_trip_ns,
                });
            }
            _ => {}
        }
    }

    /// What the node said of its next block and its speed was of its earlier life.
    pub(super) fn restart(&mut self) {
        self.template = None;
        self.echo = None;
    }

    fn push(&mut self, entry: Entry) {
        self.changes += 1;
        if self.entries.len() == MOST_ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    fn place(&self, hash: &Bytes) -> Option<usize> {
        let is_it = |entry: &Entry| matches!(entry, Entry::Block(block) if block.hash.as_ref() == hash.as_ref());
        self.entries.iter().rposition(is_it)
    }

    /// The block, out of the list.
    fn take(&mut self, hash: &Bytes, event: &Event) -> Box<Block> {
        let place = self.place(hash);
        match place.and_then(|place| self.entries.remove(place)) {
            Some(Entry::Block(block)) => block,
            Some(Entry::Reorg(_)) | None => {
                let mut block = Block::new(hash, event);
                let announced = self.announced.iter().find(|(of, _)| of == hash);
                if let Some((_, time_ns)) = announced {
                    block.announced(*time_ns);
                }
                Box::new(block)
            }
        }
    }

    /// The block, in the list: where it was, or at its end.
    fn about(&mut self, hash: &Bytes, event: &Event) -> &mut Block {
        let place = match self.place(hash) {
            Some(place) => place,
            None => {
                let block = self.take(hash, event);
                self.push(Entry::Block(block));
                self.entries.len() - 1
            }
        };
        self.changes += 1;
        match &mut self.entries[place] {
            Entry::Block(block) => block,
            Entry::Reorg(_) => unreachable!("a block was found or put at this place"),
        }
    }

    fn reorganized(&mut self, event: &Event, reorg: &ChainReorganized) {
        for entry in &mut self.entries {
            // Blocks of the new branch are told of as tips after this.
            if let Entry::Block(block) = entry
                && block.tip.is_some()
                && block
                    .height
                    .is_some_and(|height| height > reorg.fork_height)
            {
                block.disconnected = true;
            }
        }
        self.push(Entry::Reorg(Arc::new(ReorgRow {
            time_ns: event.time_ns.to_string(),
            reorg: reorg.clone(),
        })));
    }

    /// The node announces a block before, while or after it connects it.
    fn announced(&mut self, event: &Event, announcement: &ProbeAnnouncement) {
        let header = match &announcement.body {
            Some(Body::Cmpctblock(block)) => block.header.as_ref(),
            Some(Body::Headers(headers)) => headers.headers.last(),
            _ => None,
        };
        let Some(header) = header else { return };
        if self.place(&header.hash).is_some() {
            return self.about(&header.hash, event).announced(event.time_ns);
        }
        if self.announced.iter().all(|(of, _)| *of != header.hash) {
            if self.announced.len() == MOST_ANNOUNCED {
                self.announced.pop_front();
            }
            self.announced
                .push_back((header.hash.clone(), event.time_ns));
        }
    }

    fn template(&mut self, event: &Event, template: &BlockTemplate) {
        let mut template = template.clone();
        template.fee_rates.truncate(MOST_PERCENTILES);
        self.template = Some(Arc::new(TemplateRow {
            time_ns: event.time_ns.to_string(),
            template,
        }));
    }

    /// Absent as long as nothing is known.
    pub(super) fn row(&self) -> Option<ChainRow> {
        if self.changes == 0 && self.template.is_none() && self.echo.is_none() {
            return None;
        }
        Some(ChainRow {
            changes: self.changes,
            template: self.template.clone(),
            echo: self.echo.clone(),
        })
    }

    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// The latest first.
    pub(super) fn entries(&self) -> Vec<EntryRow> {
        let row = |entry: &Entry| match entry {
            Entry::Block(block) => EntryRow::Block(Box::new(block.row())),
            Entry::Reorg(reorg) => EntryRow::Reorg(Arc::clone(reorg)),
        };
        self.entries.iter().rev().map(row).collect()
    }
}
