//! Is a node there, that is, does an extractor read from it?

use peer_observer_event::{Event, Kind, Payload};

/// Room for the numbers of extractors that later versions may add.
pub(crate) const MOST_EXTRACTORS: usize = 16;
/// An extractor that says nothing for so long, in nanoseconds, is gone: each
/// has a heartbeat every second.
const LONGEST_SILENCE_NS: u64 = 10_000_000_000;

/// Which extractors read from the node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presence {
    extractors: [Reader; MOST_EXTRACTORS],
    /// The bus's time since when the node is there.
    since_bus_ns: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Reader {
    reads: bool,
    last_bus_ns: u64,
}

impl Presence {
    /// Takes over what an event says of its extractor and of the node.
    pub(crate) fn heard(&mut self, event: &Event, payload: &Payload) {
        let Some(reader) = self.extractors.get_mut(event.extractor() as usize) else {
            return;
        };
        reader.last_bus_ns = event.bus_time_ns;
        let did_read = reader.reads;
        match payload {
            Payload::Started(_) | Payload::NodeGone(_) => reader.reads = false,
            Payload::NodeBack(_) => reader.reads = true,
            // What an extractor does says nothing of the node, and a log can be read
            // without one.
            _ => {
                let kind = payload.kind();
                reader.reads |= !matches!(kind, Kind::Notice | Kind::Heartbeat | Kind::Log);
            }
        }
        if reader.reads != did_read {
            self.look(event.bus_time_ns);
        }
    }

    /// Time has passed.
    pub(crate) fn look(&mut self, bus_time_ns: u64) {
        let is_there = self.extractors.iter().any(|reader| {
            reader.reads && bus_time_ns.saturating_sub(reader.last_bus_ns) <= LONGEST_SILENCE_NS
        });
        match is_there {
            true => _ = self.since_bus_ns.get_or_insert(bus_time_ns),
            false => self.since_bus_ns = None,
        }
    }

    /// The bus's time since when the node is there; `None` while it is not.
    pub(crate) fn since_bus_ns(&self) -> Option<u64> {
        self.since_bus_ns
    }
}
