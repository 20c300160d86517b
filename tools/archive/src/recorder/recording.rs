//! What the recorder does with what it receives; it may block.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use peer_observer_archive::{Header, WriteError};
use peer_observer_bus::{Delivery, Hop, wall_clock_ns};
use peer_observer_event::{Event, Keep};
use prost::Message;
use tracing::{error, info, warn};

use super::file_name::file_name;
use super::folder::Folder;
use super::part::Part;
use super::retention::delete_old;
use super::settings::RecorderSettings;
use super::trouble::Trouble;

/// After a failure it is tried again so much later.
const NEXT_TRY: Duration = Duration::from_secs(5);
/// So much more than what has to stay free must be free before it goes on.
const ROOM: u64 = 4 << 20;
const MILLISECOND_NS: u64 = 1_000_000;

/// Writes events into one file after the other.
pub(crate) struct Recording {
    settings: RecorderSettings,
    folder: Folder,
    hop: Hop,
    /// When it was begun, nanoseconds since the epoch.
    begun_ns: u64,
    /// The number of the next part.
    next_part: u32,
    part: Option<Part>,
    trouble: Option<(Trouble, Instant)>,
    /// Pushed, but in no block yet.
    pending: Pending,
    /// What no file tells of yet: events that were lost here or before.
    missed: u64,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
struct Pending {
    whole: u64,
    reduced: u64,
}

impl Recording {
    pub(crate) fn new(settings: RecorderSettings, folder: Folder, hop: Hop) -> Recording {
        Recording {
            settings,
            folder,
            hop,
            begun_ns: wall_clock_ns(),
            next_part: 1,
            part: None,
            trouble: None,
            pending: Pending::default(),
            missed: 0,
            bytes: Vec::new(),
        }
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// What keeps it from recording now.
    pub(crate) fn trouble(&self) -> Option<String> {
        let (trouble, _) = self.trouble.as_ref()?;
        Some(trouble.text(self.folder.path()))
    }

    /// The file that is being written.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.part.as_ref().map(Part::path)
    }

    /// Takes what the bus has delivered, and empties the vector.
    pub(crate) fn take(&mut self, deliveries: &mut Vec<Delivery>) {
        for delivery in deliveries.drain(..) {
            match delivery {
                Delivery::Event(event) if self.settings.filter.matches(&event) => {
                    self.event(&event);
                }
                Delivery::Event(_) => {}
                Delivery::Missed(events) => self.miss(events),
            }
        }
    }

    fn event(&mut self, event: &Event) {
        let time_ns = event.bus_time_ns;
        if !self.is_ready(time_ns) {
            let reason = self
                .trouble
                .as_ref()
                .map_or("write_failed", |(it, _)| it.word());
            self.hop.add(0, 0, &[(reason, 1)]);
            self.missed += 1;
            return;
        }
        let keep = event
            .command()
            .map_or(Keep::Full, |it| self.settings.keep.of(it));
        let kept = event.kept(keep);
        let is_reduced = kept.is_some();
        self.bytes.clear();
        // A Vec takes whatever is written to it.
        let _ = kept.as_ref().unwrap_or(event).encode(&mut self.bytes);
        let Some(part) = &mut self.part else {
            return;
        };
        match part.push(&self.bytes, time_ns) {
            Ok(()) => {
                self.pending.whole += u64::from(!is_reduced);
                self.pending.reduced += u64::from(is_reduced);
                if part.is_flushed() {
                    self.settle();
                }
            }
            Err(WriteError::TooLong { bytes }) => {
                warn!("an event of {bytes} bytes is too long for the archive, it is left out");
                self.hop.add(0, 0, &[("too_long", 1)]);
                part.miss(1);
            }
            Err(WriteError::Full) => {
                self.end_part(None);
                self.event(event);
            }
            Err(error) => {
                self.pending.whole += u64::from(!is_reduced);
                self.pending.reduced += u64::from(is_reduced);
                self.fail(Trouble::of(error));
            }
        }
    }

    fn miss(&mut self, events: u64) {
        match &mut self.part {
            Some(part) => part.miss(events),
            None => self.missed += events,
        }
    }

    /// Brings everything to the disk, and looks after files and room.
    pub(crate) fn flush(&mut self) {
        let Some(part) = &mut self.part else {
            return;
        };
        if let Err(error) = part.flush() {
            self.fail(Trouble::of(error));
            return;
        }
        self.settle();
        match self.folder.free_bytes() {
            Ok(free) if free < self.settings.keep_free_bytes => {
                self.end_part(Some(Trouble::NoRoom))
            }
            Ok(_) => {}
            Err(error) => self.end_part(Some(Trouble::Failed(error))),
        }
    }

    /// Ends the file.
    pub(crate) fn finish(&mut self) {
        self.end_part(None);
    }

    /// Makes sure that there is a file to write into.
    fn is_ready(&mut self, time_ns: u64) -> bool {
        let rotation = self.settings.rotation;
        let is_full = |part: &Part| {
            part.bytes() >= rotation.bytes
                || u128::from(part.span_ns(time_ns)) >= rotation.span.as_nanos()
        };
        if self.part.as_ref().is_some_and(is_full) {
            self.end_part(None);
        }
        if self.part.is_some() {
            return true;
        }
        if self
            .trouble
            .as_ref()
            .is_some_and(|(_, next_try)| Instant::now() < *next_try)
        {
            return false;
        }
        match self.begin_part() {
            Ok(()) => true,
            Err(trouble) => {
                self.note(trouble);
                false
            }
        }
    }

    fn begin_part(&mut self) -> Result<(), Trouble> {
        let needed = self.settings.keep_free_bytes.saturating_add(ROOM);
        if self.folder.free_bytes().map_err(Trouble::Failed)? < needed {
            return Err(Trouble::NoRoom);
        }
        let mut part = loop {
            let path = self
                .folder
                .path()
                .join(file_name(self.begun_ns, self.next_part));
            match Part::create(&path, &self.header(), self.settings.level) {
                Ok(part) => break part,
                Err(WriteError::Io(error)) if error.kind() == io::ErrorKind::AlreadyExists => {
                    warn!("{} is there already and is left as it is", path.display());
                    // A new recording: the parts of one follow each other.
                    self.begun_ns += MILLISECOND_NS;
                    self.next_part = 1;
                }
                Err(error) => return Err(Trouble::of(error)),
            }
        };
        self.next_part += 1;
        part.miss(std::mem::take(&mut self.missed));
        if let Err(error) = self.folder.sync() {
            // The events are safe, only the file's name is not before the system sees to it.
            warn!("cannot sync {}: {error}", self.folder.path().display());
        }
        let path = part.path().display().to_string();
        match self.trouble.take() {
            Some(_) => info!("recording again, into {path}"),
            None => info!("recording into {path}"),
        }
        let current = self.part.insert(part).path();
        delete_old(&self.folder, self.settings.retention, Some(current));
        Ok(())
    }

    fn header(&self) -> Header {
        let filter = &self.settings.filter;
        Header {
            schema: "peer_observer.v1".to_owned(),
            software: self.settings.software.clone(),
            begun_time_ns: wall_clock_ns(),
            nodes: self.settings.nodes.clone(),
            filters: filter.words(),
            filters_whole_kinds: filter.leaves_kinds_whole(),
            redactions: self.settings.keep.words(),
            clock_note: String::new(),
            sources: Vec::new(),
            recorder: self.folder.recorder(),
            recording: self.begun_ns,
            part: self.next_part,
        }
    }

    /// Ends the file, because it is full, all is over, or of `trouble`.
    fn end_part(&mut self, trouble: Option<Trouble>) {
        if let Some(part) = self.part.take() {
            let path = part.path().display().to_string();
            match part.finish() {
                Ok(()) => {
                    self.settle();
                    info!("{path} is complete");
                }
                Err(error) => {
                    error!("{path} is left without an index: {error}");
                    self.lose(&Trouble::of(error));
                }
            }
        }
        if let Some(trouble) = trouble {
            self.note(trouble);
        }
    }

    /// Writing has failed: what is in no block is lost.
    fn fail(&mut self, trouble: Trouble) {
        if let Some(part) = self.part.take() {
            let path = part.path().display().to_string();
            if let Err(error) = part.abandon() {
                warn!("{path} may end with half a record: {error}");
            }
        }
        self.lose(&trouble);
        self.note(trouble);
    }

    /// What was pushed is in the file.
    fn settle(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if pending.whole + pending.reduced > 0 {
            self.hop.add(pending.whole, pending.reduced, &[]);
        }
    }

    /// What was pushed is not in the file.
    fn lose(&mut self, trouble: &Trouble) {
        let pending = std::mem::take(&mut self.pending);
        let lost = pending.whole + pending.reduced;
        self.hop.add(0, 0, &[(trouble.word(), lost)]);
        self.missed += lost;
    }

    /// Says what is wrong, once.
    fn note(&mut self, trouble: Trouble) {
        let is_new = self
            .trouble
            .as_ref()
            .is_none_or(|(known, _)| known.word() != trouble.word());
        if is_new {
            error!("not recording: {}", trouble.text(self.folder.path()));
        }
        self.trouble = Some((trouble, Instant::now() + NEXT_TRY));
    }
}
