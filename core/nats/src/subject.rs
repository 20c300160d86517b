//! Subjects: `peerobserver.v1.<node>.<kind>`.

use peer_observer_event::{Kind, KindSet};

const PREFIX: &str = "peerobserver.v1.";

/// All events, for a stream.
pub(crate) const ALL: &str = "peerobserver.v1.>";

/// Stands where a node's name would: the names of nodes have no capital letters.
const BUS: &str = "BUS";

/// The subject of a node's events of a kind; of the bus's own, with the node's
/// name being empty.
pub(crate) fn of(node: &str, kind: Kind) -> String {
    let node = if node.is_empty() { BUS } else { node };
    format!("{PREFIX}{node}.{}", kind.word())
}

/// Node and kind of a subject; `None` where it is not one of ours. The kind is
/// [`Kind::Unspecified`] where a newer version has more of them.
pub(crate) fn parse(subject: &str) -> Option<(&str, Kind)> {
    let (node, kind) = subject.strip_prefix(PREFIX)?.split_once('.')?;
    let node = match node {
        BUS => "",
        node if is_name(node) => node,
        _ => return None,
    };
    let kind = is_name(kind).then(|| Kind::from_word(kind).unwrap_or(Kind::Unspecified))?;
    Some((node, kind))
}

/// As a node's name in the configuration.
fn is_name(text: &str) -> bool {
    let letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    (1..=32).contains(&text.len()) && text.bytes().all(letter)
}

/// Which events to receive.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Names of nodes; all of them where empty.
    pub nodes: Vec<String>,
    /// Kinds of events.
    pub kinds: KindSet,
}

impl Wanted {
    /// Everything.
    pub fn all() -> Wanted {
        Wanted {
            nodes: Vec::new(),
            kinds: KindSet::ALL,
        }
    }

    /// Are events of this node and kind wanted?
    pub(crate) fn contains(&self, node: &str, kind: Kind) -> bool {
        // The bus's own events are nobody's and everybody's.
        let is_node = self.nodes.is_empty()
            || node.is_empty()
            || self.nodes.iter().any(|wanted| wanted == node);
        is_node && self.kinds.contains(kind)
    }

    /// The narrowest single pattern that covers everything wanted. A single
    /// one, because the order between subscriptions is not kept.
    pub(crate) fn pattern(&self) -> String {
        let node = match &self.nodes[..] {
            [node] => node,
            _ => "*",
        };
        let mut kinds = Kind::ALL
            .into_iter()
            .filter(|kind| self.kinds.contains(*kind));
        match (kinds.next(), kinds.next()) {
            (Some(kind), None) => format!("{PREFIX}{node}.{}", kind.word()),
            _ => format!("{PREFIX}{node}.*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_says_node_and_kind() {
        let subject = of("alice", Kind::P2pMessage);
        assert_eq!(subject, "peerobserver.v1.alice.p2p_message");
        assert_eq!(parse(&subject), Some(("alice", Kind::P2pMessage)));
        let tick = of("", Kind::Tick);
        assert_eq!(tick, "peerobserver.v1.BUS.tick");
        assert_eq!(parse(&tick), Some(("", Kind::Tick)));
        assert_eq!(
            parse("peerobserver.v1.alice.of_tomorrow"),
            Some(("alice", Kind::Unspecified))
        );
        for foreign in [
            "peerobserver.v1.alice",
            "peerobserver.v1.a.b.c",
            "x.y",
            "peerobserver.v1.A.rpc",
        ] {
            assert_eq!(parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn one_pattern_covers_what_is_wanted() {
        let wanted = |nodes: &[&str], kinds| Wanted {
            nodes: nodes.iter().map(|node| node.to_string()).collect(),
            kinds,
        };
        let rpc = KindSet::NONE.with(Kind::Rpc);
        assert_eq!(Wanted::all().pattern(), "peerobserver.v1.*.*");
        assert_eq!(
            wanted(&["alice"], rpc).pattern(),
            "peerobserver.v1.alice.rpc"
        );
        let two = wanted(&["alice", "bob"], rpc.with(Kind::Log));
        assert_eq!(two.pattern(), "peerobserver.v1.*.*");
        assert!(two.contains("bob", Kind::Log) && !two.contains("carol", Kind::Log));
    }
}
