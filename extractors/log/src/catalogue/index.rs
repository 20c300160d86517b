//! Which templates a message can be of at all, by its beginning or its end.

use super::shape::Shape;

/// More bytes than this are not looked at: nearly all templates differ by then,
/// and a tree of them stays low, whatever the catalogue.
const MAX_KEY_BYTES: usize = 64;

/// Templates by what their messages begin with. Those that begin with a
/// variable part, by what they end with; the few that do neither, always.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_beginning: Trie,
    by_end: Trie,
    always: Vec<u32>,
}

impl Index {
    /// Of shapes that are numbered in their order.
    pub(super) fn new<'s>(shapes: impl Iterator<Item = &'s Shape>) -> Index {
        let (mut by_beginning, mut by_end, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (number, shape) in (0u32..).zip(shapes) {
            if !shape.beginning().is_empty() {
                let bytes = shape.beginning().bytes();
                by_beginning.push((bytes.take(MAX_KEY_BYTES).collect(), number));
            } else if !shape.end().is_empty() {
                let bytes = shape.end().bytes().rev();
                by_end.push((bytes.take(MAX_KEY_BYTES).collect(), number));
            } else {
                always.push(number);
            }
        }
        Index {
            by_beginning: Trie::new(by_beginning),
            by_end: Trie::new(by_end),
            always,
        }
    }

    /// The numbers of those that are worth a closer look, in their order.
    pub(super) fn candidates(&self, message: &str) -> Vec<u32> {
        let mut found = Vec::with_capacity(self.always.len() + 8);
        found.extend_from_slice(&self.always);
        self.by_beginning.collect(message.bytes(), &mut found);
        self.by_end.collect(message.bytes().rev(), &mut found);
        found.sort_unstable();
        found
    }
}

/// A tree of bytes: on the way from the root to a node are the bytes that its
/// templates have.
#[derive(Debug, Default)]
struct Trie {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    /// The bytes that lead here from the node above.
    bytes: Box<[u8]>,
    templates: Vec<u32>,
    /// Sorted by their first byte, which no two share.
    children: Vec<Node>,
}

impl Trie {
    fn new(mut keys: Vec<(Vec<u8>, u32)>) -> Trie {
        keys.sort();
        Trie {
            root: Node::new(&keys, 0, 0),
        }
    }

    /// All templates on the way that the bytes lead.
    fn collect(&self, mut bytes: impl Iterator<Item = u8>, found: &mut Vec<u32>) {
        let mut node = &self.root;
        while let Some(first) = bytes.next() {
            let child = node
                .children
                .binary_search_by_key(&first, |child| child.bytes[0]);
            let Ok(child) = child else { return };
            node = &node.children[child];
            for expected in &node.bytes[1..] {
                if bytes.next() != Some(*expected) {
                    return;
                }
            }
            found.extend_from_slice(&node.templates);
        }
    }
}

impl Node {
    /// Of keys that are sorted and have their first `end` bytes in common, the
    /// last of which, from `start` on, lead here.
    fn new(keys: &[(Vec<u8>, u32)], start: usize, end: usize) -> Node {
        let Some(((first, _), (last, _))) = keys.first().zip(keys.last()) else {
            return Node::default();
        };
        // What the first and the last of sorted keys share, all do.
        let shared = end
            + first[end..]
                .iter()
                .zip(&last[end..])
                .take_while(|(one, other)| one == other)
                .count();
        // Only the root has no bytes of its own.
        let shared = if start == end { end } else { shared };
        let ending = keys.partition_point(|(key, _)| key.len() == shared);
        let (here, below) = keys.split_at(ending);
        let groups = below.chunk_by(|(one, _), (other, _)| one[shared] == other[shared]);
        Node {
            bytes: first[start..shared].into(),
            templates: here.iter().map(|(_, number)| *number).collect(),
            children: groups
                .map(|group| Node::new(group, shared, shared + 1))
                .collect(),
        }
    }
}
