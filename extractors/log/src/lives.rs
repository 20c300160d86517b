//! Which life of the node the lines are of.
//!
//! Nothing in a line says it. What does: the node's process, where it is
//! visible; the empty lines that a node writes when it starts; and that all
//! lines of a process that has ended are in the file by then.

use std::time::{Duration, Instant};

use peer_observer_bus::Draft;
use peer_observer_event::{LogTime, Payload};
use peer_observer_node::{Node, NodeError, NodeSettings, Process};

use crate::session::Session;

/// A node that does not run may come back with another chain.
const LOCATE_AGAIN: Duration = Duration::from_secs(1);

/// The start of a process and the times in its log are of different clocks.
const CLOCKS_DIFFER_NS: u64 = 3_000_000_000;

/// Where the node is in its life, as this extractor sees it.
pub(crate) struct Lives {
    settings: NodeSettings,
    located: Option<(Node, Instant)>,
    life: Life,
    /// The process has ended, but its last lines may not have been read.
    is_ending: bool,
    /// What is read has just been written.
    is_live: bool,
    /// A process was seen at some time.
    has_run: bool,
}

/// A life of the node.
enum Life {
    /// None that could be seen.
    Unseen,
    /// It runs; what is read may still be of an earlier life.
    Coming(Process),
    /// Its lines are read. Processes on another machine or in a container may
    /// not be visible.
    There(Option<Process>),
}

impl Lives {
    pub(crate) fn new(settings: NodeSettings) -> Lives {
        Lives {
            settings,
            located: None,
            life: Life::Unseen,
            is_ending: false,
            is_live: false,
            has_run: false,
        }
    }

    /// The node's files. While no process is known, they are looked for again
    /// and again. The chain is a guess then, which is no better than what was
    /// known when one ran.
    pub(crate) fn node(&mut self) -> Result<Node, NodeError> {
        let is_known = matches!(self.life, Life::Coming(_) | Life::There(Some(_)));
        if let Some((node, at)) = &self.located
            && (is_known || at.elapsed() < LOCATE_AGAIN)
        {
            return Ok(node.clone());
        }
        let found = Node::locate(&self.settings)?;
        let node = match &self.located {
            Some((known, _))
                if self.has_run
                    && known.chain() != found.chain()
                    && !matches!(found.process(), Ok(Some(_))) =>
            {
                known.clone()
            }
            _ => found,
        };
        self.located = Some((node.clone(), Instant::now()));
        Ok(node)
    }

    /// Its process; one that cannot be seen counts as none.
    fn process(&mut self) -> Option<Process> {
        let looked = self.node().and_then(|node| node.process());
        let process = looked
            .inspect_err(|error| tracing::debug!("cannot see the node's process: {error}"))
            .ok()
            .flatten();
        self.has_run |= process.is_some();
        process
    }

    /// Looks for the process.
    pub(crate) fn look(&mut self) {
        let process = self.process();
        match &self.life {
            Life::Unseen | Life::There(None) => {
                if let Some(process) = process {
                    self.life = Life::Coming(process);
                }
            }
            Life::Coming(known) | Life::There(Some(known)) => {
                self.is_ending = process.as_ref() != Some(known);
            }
        }
    }

    /// What is read from now on has just been written.
    pub(crate) fn is_live(&mut self) {
        self.is_live = true;
    }

    /// All that was written before the last look has been read.
    pub(crate) fn at_end(&mut self, session: &mut Session) {
        self.is_live();
        if std::mem::take(&mut self.is_ending) {
            self.end(session, "its process has ended");
        }
    }

    /// The log of another life begins.
    pub(crate) fn starts(&mut self, session: &mut Session) {
        let process = self.process();
        let is_same = match &self.life {
            Life::Unseen | Life::There(None) => false,
            Life::Coming(known) | Life::There(Some(known)) => process.as_ref() == Some(known),
        };
        if !is_same {
            self.end(session, "it has been restarted");
            self.is_ending = false;
            self.life = process.map_or(Life::Unseen, Life::Coming);
        }
    }

    /// Is it settled of which life the lines are?
    pub(crate) fn is_settled(&self) -> bool {
        matches!(self.life, Life::There(_))
    }

    /// These events come from the log next.
    pub(crate) fn meet(&mut self, events: &[Draft], session: &mut Session, about: &str) {
        if self.is_live && matches!(self.life, Life::Unseen) {
            self.life = match self.process() {
                Some(process) => Life::Coming(process),
                None => {
                    session.node_back(None, format!("{about}, of a process that cannot be seen"));
                    Life::There(None)
                }
            };
        }
        if let Life::Coming(process) = &self.life {
            let start_ns = start_ns(process);
            let is_its = |event: &Draft| match &event.payload {
                Payload::LogLine(line) if line.time() != LogTime::Unspecified => {
                    event.time_ns >= start_ns
                }
                _ => false,
            };
            if events.iter().any(is_its) {
                self.begin(session, about);
            }
        }
    }

    /// What is read from now on is of the process that was seen.
    pub(crate) fn begin(&mut self, session: &mut Session, about: &str) {
        self.life = match std::mem::replace(&mut self.life, Life::Unseen) {
            Life::Coming(process) => {
                session.node_back(Some(&process), about.to_owned());
                Life::There(Some(process))
            }
            other => other,
        };
    }

    /// Can nothing be said now of where the node writes its log? Only a process
    /// that runs tells of its options; one that never ran leaves it to
    /// bitcoin.conf.
    pub(crate) fn is_mute(&self) -> bool {
        let runs = match &self.life {
            Life::Coming(process) | Life::There(Some(process)) => process.is_alive(),
            _ => false,
        };
        self.has_run && !runs
    }

    /// When the process started, nanoseconds since the epoch, as exact as the
    /// clocks of log and process agree.
    pub(crate) fn start_ns(&self) -> Option<u64> {
        match &self.life {
            Life::Coming(process) | Life::There(Some(process)) => Some(start_ns(process)),
            _ => None,
        }
    }

    /// The input is over for good.
    pub(crate) fn finish(&mut self, session: &mut Session, detail: &str) {
        self.end(session, detail);
        self.life = Life::Unseen;
    }

    /// Has a process been seen, or lines?
    pub(crate) fn is_there(&self) -> bool {
        !matches!(self.life, Life::Unseen)
    }

    fn end(&mut self, session: &mut Session, detail: &str) {
        if let Life::There(process) = std::mem::replace(&mut self.life, Life::Unseen) {
            session.node_gone(process.as_ref(), detail);
        }
    }
}

fn start_ns(process: &Process) -> u64 {
    let start = process.start_unix_seconds().saturating_mul(1_000_000_000);
    start.saturating_sub(CLOCKS_DIFFER_NS)
}
