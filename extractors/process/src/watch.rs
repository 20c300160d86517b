//! Looks after the node's process and reads it. Everything here reads files
//! and may block.

use peer_observer_bus::wall_clock_ns;
use peer_observer_event::{MemoryUsage, Payload};
use peer_observer_node::{Node, NodeError, NodeSettings, Process, Unseen};

use crate::ProcessExtractorSettings;
use crate::missing::{Missing, Part};
use crate::read::{ReadError, Reader};
use crate::session::{MEMORY, SAMPLE, Session};

/// What is due.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Due {
    /// A second has passed: a heartbeat, and a look whether the node is there.
    Second,
    /// A sample.
    Sample,
    /// The proportional set size.
    Memory,
}

/// One node, watched.
pub(crate) struct Watch {
    node: NodeSettings,
    settings: ProcessExtractorSettings,
    session: Session,
    life: Option<Life>,
}

/// One life of the node.
struct Life {
    process: Process,
    reader: Reader,
    resident_bytes: u64,
    missing_of_sample: Missing,
    missing_of_memory: Missing,
    /// So much is resident that the proportional set size is not read.
    above_limit: bool,
    /// Why the last sample could not be taken.
    unreadable: Option<ReadError>,
}

impl Watch {
    pub(crate) fn new(
        node: NodeSettings,
        settings: ProcessExtractorSettings,
        session: Session,
    ) -> Watch {
        Watch {
            node,
            settings,
            session,
            life: None,
        }
    }

    /// Does what is due.
    pub(crate) fn work(&mut self, due: Due) {
        match due {
            Due::Second => return self.second(),
            Due::Sample => self.sample(),
            Due::Memory => self.memory(),
        }
        self.report();
    }

    fn second(&mut self) {
        if self
            .life
            .as_mut()
            .is_some_and(|life| !life.reader.is_alive())
        {
            self.end();
        }
        if self.life.is_none() {
            self.look();
        }
        self.session.heartbeat();
    }

    /// Looks for the node; where it is, reads it at once.
    fn look(&mut self) {
        let process = match self.find() {
            Ok(process) => process,
            Err(why) => return self.session.waits(&why),
        };
        match Reader::open(&process, self.settings.pressure) {
            Ok(reader) => self.begin(process, reader),
            // It has ended meanwhile: look again next second.
            Err(ReadError::Gone | ReadError::NotThere) => {}
            Err(error) => self.session.cannot_read(process.pid, &error.to_string()),
        }
    }

    /// The node's process, or why there is none. What starts next may follow
    /// another chain, so that the node is located anew.
    fn find(&self) -> Result<Process, String> {
        let node = Node::locate(&self.node).map_err(why_not_found)?;
        match node.process().map_err(why_not_found)? {
            Some(process) => Ok(process),
            None => Err(match node.unseen() {
                Some(unseen) => unseen.to_string(),
                None => format!(
                    "no node runs in {}, waiting for it",
                    self.node.datadir.display()
                ),
            }),
        }
    }

    fn begin(&mut self, process: Process, reader: Reader) {
        self.session.node_is_there(&process);
        self.life = Some(Life {
            process,
            reader,
            resident_bytes: 0,
            missing_of_sample: Missing::default(),
            missing_of_memory: Missing::default(),
            above_limit: false,
            unreadable: None,
        });
        self.sample();
        if self.settings.memory_interval.is_some() {
            self.memory();
        }
        self.report();
    }

    fn end(&mut self) {
        if let Some(life) = self.life.take() {
            self.session.node_is_gone(&life.process);
        }
    }

    fn sample(&mut self) {
        let Some(life) = &mut self.life else { return };
        let time_ns = wall_clock_ns();
        match life.reader.sample() {
            Ok(reading) => {
                let readings = &mut self.session.readings;
                match reading.missing.is_empty() {
                    true => readings.whole(SAMPLE, 1),
                    false => readings.reduced(SAMPLE, 1),
                }
                life.resident_bytes = resident_bytes(reading.sample.memory.as_ref());
                life.missing_of_sample = reading.missing;
                life.unreadable = None;
                let payload = Payload::ProcessSample(Box::new(reading.sample));
                self.session.publish_at(time_ns, payload);
            }
            Err(error) => {
                let error = life.cause(error);
                self.session.readings.dropped(SAMPLE, reason(error), 1);
                life.unreadable = Some(error);
                if error == ReadError::Gone {
                    self.end();
                }
            }
        }
    }

    fn memory(&mut self) {
        let Some(life) = &mut self.life else { return };
        life.missing_of_memory = Missing::default();
        life.above_limit = life.resident_bytes > self.settings.memory_limit_bytes;
        if life.above_limit {
            return self.session.readings.dropped(MEMORY, "above_limit", 1);
        }
        let time_ns = wall_clock_ns();
        match life.reader.memory() {
            Ok(memory) => {
                self.session.readings.whole(MEMORY, 1);
                let payload = Payload::ProcessMemory(memory);
                self.session.publish_at(time_ns, payload);
            }
            Err(error) => {
                let error = life.cause(error);
                self.session.readings.dropped(MEMORY, reason(error), 1);
                life.missing_of_memory.add(Part::ProportionalMemory, error);
                if error == ReadError::Gone {
                    self.end();
                }
            }
        }
    }

    fn report(&mut self) {
        let Some(life) = &self.life else { return };
        let pid = life.process.pid;
        if let Some(error) = life.unreadable {
            return self.session.cannot_read(pid, &error.to_string());
        }
        let missing = life.missing_of_sample.and(&life.missing_of_memory);
        let mut without = missing.sentences();
        if life.above_limit {
            without.push(format!(
                "no proportional memory: more is resident than the limit of {} bytes",
                self.settings.memory_limit_bytes
            ));
        }
        self.session.works(pid, &without);
    }
}

impl Life {
    /// A file can be unreadable because the process has ended.
    fn cause(&mut self, error: ReadError) -> ReadError {
        match self.reader.is_alive() {
            true => error,
            false => ReadError::Gone,
        }
    }
}

/// What is unreadable in `/proc` is hidden; another user's directory is not the reason.
fn why_not_found(error: NodeError) -> String {
    let hidden = match &error {
        NodeError::Unreadable { path, .. } if path.starts_with("/proc") => Unseen::by_mount(None),
        _ => None,
    };
    hidden.map_or_else(|| error.to_string(), |unseen| unseen.to_string())
}

fn resident_bytes(memory: Option<&MemoryUsage>) -> u64 {
    memory.map_or(0, |memory| {
        memory
            .anonymous_bytes
            .saturating_add(memory.file_bytes)
            .saturating_add(memory.shared_bytes)
    })
}

/// The word for a reading that became no event.
fn reason(error: ReadError) -> &'static str {
    match error {
        ReadError::Gone => "node_gone",
        ReadError::Denied => "permission",
        ReadError::NotThere => "not_supported",
        ReadError::Malformed => "malformed",
        ReadError::Other(_) => "read_failed",
    }
}
