//! Messages and bytes by command and direction, in a table of fixed size: what
//! a peer calls its messages never makes it grow.

use std::sync::LazyLock;

use peer_observer_event::{COMMANDS, Direction};
use serde::Serialize;

/// The row for commands that are none of [`COMMANDS`].
const OTHER: usize = COMMANDS.len();

/// Longest name of a command on the wire, in bytes.
const LONGEST_COMMAND: usize = 12;

/// The names as numbers, sorted, with their place in [`COMMANDS`].
static BY_NUMBER: LazyLock<[(u128, u8); COMMANDS.len()]> = LazyLock::new(|| {
    let mut all = std::array::from_fn(|place| (as_number(COMMANDS[place]), place as u8));
    all.sort_unstable();
    all
});

/// The name's bytes as one number: compared in one instruction. Wire names are
/// at most 12 bytes; what is longer is none of them.
fn as_number(command: &str) -> u128 {
    let mut bytes = [0; 16];
    match command.len() <= LONGEST_COMMAND {
        true => {
            bytes[..command.len()].copy_from_slice(command.as_bytes());
            // A name that ends in zero bytes is another name.
            bytes[15] = command.len() as u8;
        }
        false => bytes = [u8::MAX; 16],
    }
    u128::from_be_bytes(bytes)
}

/// A command, as a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Command(u8);

impl Command {
    pub(crate) fn of(name: &str) -> Command {
        let number = as_number(name);
        match BY_NUMBER.binary_search_by_key(&number, |(number, _)| *number) {
            Ok(found) => Command(BY_NUMBER[found].1),
            Err(_) => Command(OTHER as u8),
        }
    }

    /// Its row, of `COMMANDS.len() + 1` ones.
    pub(crate) fn place(self) -> usize {
        self.0.into()
    }

    /// One of [`COMMANDS`], or `other`.
    pub(super) fn word(self) -> &'static str {
        COMMANDS
            .get(usize::from(self.0))
            .copied()
            .unwrap_or("other")
    }
}

/// How many messages, and the bytes of their payloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) messages: u64,
    pub(super) bytes: u64,
}

impl Count {
    /// A single message.
    pub(super) fn one(bytes: u64) -> Count {
        Count { messages: 1, bytes }
    }

    pub(super) fn add(&mut self, bytes: u64) {
        self.messages += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// Counts by command and direction. A message without a direction, which no
/// tracepoint makes, is not counted.
#[derive(Clone)]
pub(super) struct CommandTable {
    counts: [[Count; 2]; COMMANDS.len() + 1],
    sums: [Count; 2],
}

/// One line of `commands` in the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CommandRow {
    pub(crate) command: &'static str,
    pub(crate) direction: &'static str,
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
}

fn column(direction: Direction) -> Option<usize> {
    match direction {
        Direction::Unspecified => None,
        Direction::Inbound => Some(0),
        Direction::Outbound => Some(1),
    }
}

impl CommandTable {
    pub(super) fn new() -> CommandTable {
        CommandTable {
            counts: [[Count::default(); 2]; COMMANDS.len() + 1],
            sums: Default::default(),
        }
    }

    pub(super) fn add(&mut self, command: Command, direction: Direction, bytes: u64) {
        let Some(column) = column(direction) else {
            return;
        };
        self.counts[usize::from(command.0)][column].add(bytes);
        self.sums[column].add(bytes);
    }

    /// All messages of one direction.
    pub(super) fn sum(&self, direction: Direction) -> Count {
        column(direction).map_or(Count::default(), |column| self.sums[column])
    }

    /// What is not zero, in the order of [`COMMANDS`].
    pub(super) fn rows(&self) -> Vec<CommandRow> {
        let mut rows = Vec::new();
        for (row, columns) in self.counts.iter().enumerate() {
            for direction in [Direction::Inbound, Direction::Outbound] {
                let count = column(direction).map_or(Count::default(), |column| columns[column]);
                if count.messages > 0 {
                    rows.push(CommandRow {
                        command: Command(row as u8).word(),
                        direction: direction.word(),
                        messages: count.messages,
                        bytes: count.bytes,
                    });
                }
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_found_and_all_else_is_other() {
        for name in COMMANDS {
            assert_eq!(Command::of(name).word(), name);
        }
        for name in [
            "",
            "pingg",
            "pin",
            "PING",
            "ping\0",
            "versionversionversion",
            "ééé",
        ] {
            assert_eq!(Command::of(name).word(), "other", "{name:?}");
        }
    }
}
