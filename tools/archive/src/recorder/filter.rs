//! Which events are recorded.

use peer_observer_event::{Event, Kind, KindSet, Network};

/// Which events are recorded. The default records all of them. Notices of the
/// recorded nodes and ticks are recorded whatever the filter says: without them
/// nobody could tell what is missing, or play the recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordFilter {
    /// Kinds of events.
    pub kinds: KindSet,
    /// Names of nodes. Absent: all.
    pub nodes: Option<Vec<String>>,
    /// P2P messages of these types alone, by their names on the wire; does not
    /// leave out other events. Absent: all.
    pub commands: Option<Vec<String>>,
    /// P2P messages and connections of peers in these networks alone. Leaves
    /// out those whose network is not known; does not leave out other events.
    /// Absent: all.
    pub networks: Option<Vec<Network>>,
}

impl Default for RecordFilter {
    fn default() -> RecordFilter {
        RecordFilter {
            kinds: KindSet::ALL,
            nodes: None,
            commands: None,
            networks: None,
        }
    }
}

impl RecordFilter {
    /// The kinds to subscribe to.
    pub fn kind_set(&self) -> KindSet {
        self.kinds.with(Kind::Notice).with(Kind::Tick)
    }

    /// Is the event recorded?
    pub fn matches(&self, event: &Event) -> bool {
        let kind = event.kind();
        // Ticks are events of the bus, which is no node.
        if kind == Kind::Tick {
            return true;
        }
        let is_of_node = is_in(&self.nodes, |name| *name == event.node);
        if kind == Kind::Notice {
            return is_of_node;
        }
        let is_of_command = event
            .command()
            .is_none_or(|command| is_in(&self.commands, |wanted| wanted == command));
        let is_of_network = !matches!(kind, Kind::P2pMessage | Kind::Connection)
            || is_in(&self.networks, |wanted| {
                Some(*wanted) == event.peer_network()
            });
        self.kind_set().contains(kind) && is_of_node && is_of_command && is_of_network
    }

    /// Does it leave out nothing but whole kinds and nodes? Then a hole in a
    /// `kind_sequence` is a loss.
    pub(crate) fn leaves_kinds_whole(&self) -> bool {
        self.commands.is_none() && self.networks.is_none()
    }

    /// For the files' headers: each part of the filter in words.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(nodes) = &self.nodes {
            words.push(format!("nodes: {}", nodes.join(", ")));
        }
        let left_out = |kind: &Kind| !self.kind_set().contains(*kind);
        if Kind::ALL.iter().any(left_out) {
            let kinds = Kind::ALL.iter().filter(|kind| !left_out(kind));
            let kinds: Vec<&str> = kinds.map(|kind| kind.word()).collect();
            words.push(format!("kinds: {}", kinds.join(", ")));
        }
        if let Some(commands) = &self.commands {
            words.push(format!("P2P message types: {}", commands.join(", ")));
        }
        if let Some(networks) = &self.networks {
            let networks: Vec<&str> = networks.iter().map(|network| network.word()).collect();
            words.push(format!("peers in networks: {}", networks.join(", ")));
        }
        words
    }
}

fn is_in<T>(list: &Option<Vec<T>>, is_it: impl FnMut(&T) -> bool) -> bool {
    list.as_ref().is_none_or(|list| list.iter().any(is_it))
}
