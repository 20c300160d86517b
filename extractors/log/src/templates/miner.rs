//! Finds templates among messages that the catalogue does not know: Drain
//! (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree",
//! 2017), with fixed limits and no randomness.
//!
//! A message whose values were masked falls into the group of its number of
//! words and its first two words; there it belongs to the most similar
//! template, whose words that differ become variable, or is a new one.
//!
//! **A template's id** is that of the masked form of the first message of it,
//! and stays when the template becomes more general. So the same kind of
//! message has the same id in every life of the extractor as long as it
//! differs in numbers, hashes, addresses and paths alone; where it differs in
//! other words, the id is that of whichever message came first.

use std::collections::HashMap;

use peer_observer_event::LogParameter;

use super::mask::{Masked, Token};
use super::parameter::guessed;
use crate::catalogue::{MAX_PARAMETERS, template_id};

/// Templates of one group; the one unused for longest makes room.
const MOST_IN_GROUP: usize = 32;
/// Templates of all groups. Beyond that, new groups get none.
const MOST_TEMPLATES: usize = 1024;

/// Words that decide the group.
const GROUP_WORDS: usize = 2;

/// A message is of a template when so much of its words are the same: 3 of 5.
const SIMILAR: (usize, usize) = (3, 5);

/// A template with fewer literal letters says nothing.
const FEWEST_LETTERS: usize = 4;

/// The templates found so far.
#[derive(Default)]
pub(super) struct Miner {
    masked: Masked,
    groups: HashMap<u64, Vec<Cluster>>,
    clusters: usize,
    /// Counts messages.
    now: u64,
}

/// A template that was found.
struct Cluster {
    id: u64,
    /// Stands for the masked form of each word; `None` for one that is variable.
    words: Vec<Option<u64>>,
    last_used: u64,
}

/// A message's template.
pub(super) struct Mined<'a> {
    pub(super) id: u64,
    /// As it was when it was new, if it is new now.
    pub(super) template: &'a str,
    pub(super) parameters: Vec<LogParameter>,
}

impl Miner {
    /// The template of `message`; `None` when it says too little, or when
    /// there are too many already.
    pub(super) fn find(&mut self, message: &str) -> Option<Mined<'_>> {
        self.now += 1;
        self.masked.set(message);
        let masked = &self.masked;
        let letters = masked.text.bytes().filter(u8::is_ascii_alphabetic).count();
        if letters < FEWEST_LETTERS {
            return None;
        }
        let key = group(masked);
        let is_full = self.clusters >= MOST_TEMPLATES;
        let group = match self.groups.get_mut(&key) {
            Some(group) => group,
            None if is_full => return None,
            None => self.groups.entry(key).or_default(),
        };
        let index = match most_similar(group, masked) {
            Some(index) => {
                group[index].generalise(masked);
                index
            }
            None => {
                let new = Cluster::new(masked);
                if group.len() < MOST_IN_GROUP && !is_full {
                    self.clusters += 1;
                    group.push(new);
                    group.len() - 1
                } else {
                    let unused = (0..group.len()).min_by_key(|index| group[*index].last_used)?;
                    group[unused] = new;
                    unused
                }
            }
        };
        let cluster = &mut group[index];
        cluster.last_used = self.now;
        Some(Mined {
            id: cluster.id,
            template: &masked.text,
            parameters: cluster.parameters(masked, message),
        })
    }
}

impl Cluster {
    fn new(masked: &Masked) -> Cluster {
        let words = masked.tokens.iter().map(|token| Some(token.masked));
        Cluster {
            id: template_id(&masked.text),
            words: words.collect(),
            last_used: 0,
        }
    }

    fn generalise(&mut self, masked: &Masked) {
        for (word, token) in self.words.iter_mut().zip(&masked.tokens) {
            *word = word.filter(|word| *word == token.masked);
        }
    }

    fn parameters(&self, masked: &Masked, message: &str) -> Vec<LogParameter> {
        let mut parameters = Vec::new();
        for (word, token) in self.words.iter().zip(&masked.tokens) {
            match word {
                None => parameters.push(guessed(&message[token.original.clone()])),
                Some(_) => {
                    let values = masked.values[token.values.clone()].iter();
                    parameters.extend(values.map(|value| guessed(&message[value.clone()])));
                }
            }
        }
        parameters.truncate(MAX_PARAMETERS);
        parameters
    }
}

/// The group that a message falls into.
fn group(masked: &Masked) -> u64 {
    let words = masked.tokens.iter().take(GROUP_WORDS);
    words.fold(masked.tokens.len() as u64, |key, token| {
        let word = match token.values.is_empty() {
            true => token.masked,
            false => 0,
        };
        key.rotate_left(21) ^ word
    })
}

/// The template with most words in common, if those are enough; the older one
/// of two that are as similar.
fn most_similar(group: &[Cluster], masked: &Masked) -> Option<usize> {
    let same = |cluster: &Cluster| {
        if cluster.words.len() != masked.tokens.len() {
            return 0;
        }
        let words = cluster.words.iter().zip(&masked.tokens);
        let fits =
            |(word, token): &(&Option<u64>, &Token)| word.is_none_or(|word| word == token.masked);
        words.filter(fits).count()
    };
    let counted = group.iter().map(same).enumerate();
    let (index, same) = counted.rev().max_by_key(|(_, same)| *same)?;
    let (part, whole) = SIMILAR;
    (same * whole >= masked.tokens.len() * part && same > 0).then_some(index)
}

#[cfg(test)]
mod tests {
    use peer_observer_event::log_parameter::Value;

    use super::*;

    fn ids(miner: &mut Miner, messages: &[&str]) -> Vec<Option<u64>> {
        let mut id = |message: &&str| miner.find(message).map(|mined| mined.id);
        messages.iter().map(&mut id).collect()
    }

    #[test]
    fn messages_that_differ_in_values_have_the_id_of_their_masked_form() {
        let messages = [
            "Knot 12 tied to peer=3 at 127.0.0.1:8333 in 0.5ms",
            "Knot -7 tied to peer=40 at [::1]:18444 in 12ms",
        ];
        let mut miner = Miner::default();
        let expected = template_id("Knot <*> tied to peer=<*> at <*> in <*>ms");
        assert_eq!(ids(&mut miner, &messages[..1]), [Some(expected)]);
        let mut other_life = Miner::default();
        assert_eq!(ids(&mut other_life, &messages[..1]), [Some(expected)]);

        let mined = miner.find(messages[0]).unwrap();
        let values: Vec<_> = mined.parameters.into_iter().map(|one| one.value).collect();
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let expected = [
            Some(Value::Integer(12)),
            Some(Value::Integer(3)),
            text("127.0.0.1:8333"),
            Some(Value::Number(0.5)),
        ];
        assert_eq!(values, expected);
    }

    #[test]
    fn a_template_keeps_its_id_when_it_becomes_more_general() {
        let mut miner = Miner::default();
        let messages = [
            "Loading the wallet savings of the user",
            "Loading the wallet spendings of the user",
            "Loading the wallet savings of the user",
        ];
        let found = ids(&mut miner, &messages);
        assert_eq!(found, [Some(template_id(messages[0])); 3]);
        let mined = miner.find("Loading the wallet pocket of the user").unwrap();
        let expected = Value::Text("pocket".to_owned());
        assert_eq!(mined.parameters[0].value, Some(expected));
    }

    #[test]
    fn different_messages_have_different_ids_and_empty_ones_none() {
        let mut miner = Miner::default();
        let messages = [
            "Shutdown is done",
            "Shutdown was requested by someone",
            "",
            "1 2 3",
        ];
        let found = ids(&mut miner, &messages);
        assert_ne!(found[0], found[1]);
        assert_eq!(found[2..], [None, None]);
    }

    #[test]
    fn a_flood_of_made_up_messages_ends_in_bounded_memory() {
        let mut miner = Miner::default();
        let word = |mut number: u32| {
            let mut word = String::new();
            while number > 0 || word.len() < 5 {
                word.push(char::from(b'a' + (number % 26) as u8));
                number /= 26;
            }
            word
        };
        for number in 0..20_000 {
            let (one, other) = (word(number / 100), word(number));
            miner.find(&format!("{one} says {other} {other} {other}"));
        }
        let clusters: usize = miner.groups.values().map(Vec::len).sum();
        assert_eq!(clusters, miner.clusters);
        assert!(clusters <= MOST_TEMPLATES);
        let long = format!("A {}", "very long message ".repeat(1000));
        let mined = miner.find(&long);
        assert!(mined.is_none_or(|mined| mined.parameters.len() <= MAX_PARAMETERS));
    }
}
