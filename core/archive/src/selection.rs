//! Which events a reader wants.

use peer_observer_event::{Kind, KindSet};

use crate::facts::EventFacts;
use crate::summary::Summary;

/// Which events a reader wants. The default wants all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// From this `bus_time_ns` on.
    pub from_ns: u64,
    /// Up to this `bus_time_ns`, which is wanted too.
    pub to_ns: u64,
    /// Names of nodes; the empty name is the bus, with its ticks. Absent: all.
    pub nodes: Option<Vec<String>>,
    /// Kinds of events.
    pub kinds: KindSet,
    /// Types of P2P messages. Leaves out what is not a P2P message. Absent: all.
    pub commands: Option<Vec<String>>,
}

impl Default for Selection {
    fn default() -> Selection {
        Selection {
            from_ns: 0,
            to_ns: u64::MAX,
            nodes: None,
            kinds: KindSet::ALL,
            commands: None,
        }
    }
}

impl Selection {
    /// Is everything wanted?
    pub fn is_everything(&self) -> bool {
        *self == Selection::default()
    }

    /// Is the event wanted?
    pub fn matches(&self, event: &EventFacts<'_>) -> bool {
        let has = |names: &Option<Vec<String>>, name: Option<&[u8]>| match (names, name) {
            (None, _) => true,
            (Some(names), Some(name)) => names.iter().any(|known| known.as_bytes() == name),
            (Some(_), None) => false,
        };
        (self.from_ns..=self.to_ns).contains(&event.bus_time_ns)
            && self.kinds.contains(event.kind)
            && has(&self.nodes, Some(event.node))
            && (self.commands.is_none() || has(&self.commands, event.command()))
    }

    /// May the frame have an event that is wanted? Never `false` where it has one.
    pub fn may_match(&self, frame: &Summary) -> bool {
        let is_in_time =
            frame.first_bus_time_ns <= self.to_ns && frame.last_bus_time_ns >= self.from_ns;
        let has_node = self.nodes.as_ref().is_none_or(|names| {
            frame.has_more_publishers || frame.publishers.iter().any(|of| names.contains(&of.node))
        });
        let has_kind = frame.payloads.iter().any(|payload| {
            // What the writer did not know we may know.
            i32::try_from(payload.kind)
                .ok()
                .and_then(|kind| Kind::try_from(kind).ok())
                .is_none_or(|kind| kind == Kind::Unspecified || self.kinds.contains(kind))
        });
        let has_command = self.commands.as_ref().is_none_or(|names| {
            let is_wanted = |name: &str| names.iter().any(|wanted| wanted == name);
            // The writer may have known fewer types than we do, so `other` can be any.
            frame
                .commands
                .iter()
                .any(|of| of.command == "other" || is_wanted(&of.command))
        });
        is_in_time && has_node && has_kind && has_command
    }
}
