//! Which events someone wants: the `events` object of a websocket request
//! (docs/api.md) and the options of the `watch` command.

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};

use crate::{Direction, Event, Kind, KindSet, Network};

/// Which events someone wants. An absent list wants all, an empty one none.
///
/// Filters work behind a subscription of whole kinds ([`Filter::kind_set`]):
/// a hole in `kind_sequence` is loss only where nothing was filtered out before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Names of nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Vec<String>>,
    /// Kinds of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<Kind>>,
    /// Peer ids. Leaves events out that are not about a peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peers: Option<Vec<u64>>,
    /// P2P message types as on the wire. Leaves out what is not a P2P message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commands: Option<Vec<String>>,
    /// Directions as the node sees them. Leaves events out that have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directions: Option<Vec<Direction>>,
}

impl Filter {
    /// Is the event wanted?
    pub fn matches(&self, event: &Event) -> bool {
        has(&self.kinds, |kind| *kind == event.kind())
            && has(&self.nodes, |node| *node == event.node)
            && has(&self.directions, |wanted| {
                Some(*wanted) == event.direction()
            })
            && has(&self.commands, |command| {
                Some(command.as_str()) == event.command()
            })
            && has(&self.peers, |peer| Some(*peer) == event.peer_id())
    }

    /// The kinds to subscribe to.
    pub fn kind_set(&self) -> KindSet {
        match &self.kinds {
            Some(kinds) => kinds.iter().copied().collect(),
            None => KindSet::ALL,
        }
    }
}

fn has<T>(list: &Option<Vec<T>>, is_it: impl FnMut(&T) -> bool) -> bool {
    list.as_ref().is_none_or(|list| list.iter().any(is_it))
}

/// Enums as words, in both directions.
macro_rules! serde_words {
    ($name:ident, $what:literal) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let word = String::deserialize(deserializer)?;
                // "unspecified" stands for what is not known: nobody can want it.
                $name::from_word(&word)
                    .filter(|value| *value != $name::Unspecified)
                    .ok_or_else(|| {
                        D::Error::custom(format!(concat!("unknown ", $what, " {:?}"), word))
                    })
            }
        }
    };
}

serde_words!(Kind, "kind");
serde_words!(Direction, "direction");
serde_words!(Network, "network");
