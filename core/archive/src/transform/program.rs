//! How the reader puts messages together in a block: each layout becomes a list
//! of steps. What is the same in all events of the block stands ready in them.

use super::Malformed;
use super::draft::Draft;
use super::limits::{MOST_DEPTH, MOST_FIELDS};
use super::structure::{Slot, Structure, Value};
use super::values::{Form, Values};
use super::wire::varint_bytes;
use super::words::Words;

/// Bytes that a step appends before it does anything else; more take more steps.
pub(super) const LITERAL_BYTES: usize = 16;
/// A message that takes more steps is not put into the steps of the one around it.
const MOST_INLINE: usize = 16;
/// When a block has so many steps, no message is.
const MOST_STEPS: usize = MOST_FIELDS / 2;
const NONE: u32 = u32::MAX;

/// What a step appends behind its literal.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    Nothing,
    /// A number.
    Varint,
    Fixed64,
    Fixed32,
    /// A number, to which the one before has to be added.
    RelativeVarint,
    RelativeFixed64,
    RelativeFixed32,
    /// A byte string with its length.
    Text,
    Word,
    /// A byte string without its length, which is always this.
    Bytes(u32),
    Hash,
    CopiedHash,
    /// A message, with its length, by this program.
    Message(u32),
    /// A message, with its length, by the program that the column names.
    AnyMessage,
    /// This program, as often as the column says.
    Run(u32),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) literal: [u8; LITERAL_BYTES],
    pub(super) literal_bytes: u8,
    pub(super) op: Op,
    /// Where the values stand.
    pub(super) column: u32,
}

/// The steps that put a message, or a field of a run, together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Program {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Bytes that the message has at least, and whether it never has more.
    pub(super) bytes: u32,
    pub(super) is_fixed: bool,
}

impl Program {
    /// How many bytes the message's length takes, as far as that can be told.
    pub(super) fn length_bytes(&self) -> u8 {
        varint_bytes(self.bytes.into()) as u8
    }
}

/// The programs of a block.
#[derive(Default)]
pub(super) struct Programs {
    pub(super) steps: Vec<Step>,
    pub(super) programs: Vec<Program>,
    /// By layout.
    of_layout: Vec<u32>,
}

impl Programs {
    /// Makes the programs of all messages of a block, and puts their numbers in
    /// the place of those of the layouts.
    pub(super) fn compile(
        &mut self,
        structure: &Structure,
        words: &Words,
        values: &mut Values,
        present: &[(u32, bool)],
    ) -> Result<(), Malformed> {
        self.steps.clear();
        self.programs.clear();
        self.of_layout.clear();
        self.of_layout.resize(structure.layouts(), NONE);
        let mut compiler = Compiler {
            structure,
            words,
            values,
            to: self,
        };
        present
            .iter()
            .try_for_each(|(column, _)| compiler.column(*column, 0))
    }

    fn add(&mut self, draft: Draft) -> u32 {
        self.programs.push(draft.finish(&mut self.steps));
        self.programs.len() as u32 - 1
    }
}

struct Compiler<'a> {
    structure: &'a Structure,
    words: &'a Words,
    values: &'a mut Values,
    to: &'a mut Programs,
}

impl Compiler<'_> {
    fn form(&self, column: u32) -> Form {
        let cursor = self.values.cursors.get(column as usize);
        cursor.map_or(Form::Absent, |cursor| cursor.form)
    }

    /// Puts programs in the place of layouts in a column.
    fn column(&mut self, column: u32, depth: usize) -> Result<(), Malformed> {
        let layouts = self.structure.layouts_of(column);
        if layouts.is_empty() || self.form(column) != Form::Numbers {
            return Ok(());
        }
        let cursor = self.values.cursors[column as usize];
        let (mut layout, mut program) = (u64::MAX, NONE);
        for place in cursor.next as usize..cursor.end as usize {
            let number = self.values.numbers()[place];
            if number != layout {
                let known = layouts.get(usize::try_from(number).unwrap_or(usize::MAX));
                program = self.layout(*known.ok_or("there is no such layout")?, depth)?;
                layout = number;
            }
            self.values.set(place, program.into());
        }
        self.values.cursors[column as usize].form = Form::Programs;
        Ok(())
    }

    fn layout(&mut self, layout: u32, depth: usize) -> Result<u32, Malformed> {
        let known = self.to.of_layout[layout as usize];
        if known != NONE {
            return Ok(known);
        }
        if depth > MOST_DEPTH {
            return Err("too many messages in each other");
        }
        let mut draft = Draft::default();
        let slots = self.structure.slots(layout);
        for (place, slot) in slots.iter().enumerate() {
            let next_is_relative = slots.get(place + 1).is_some_and(|next| next.is_relative);
            match slot.count_column {
                None => self.field(&mut draft, slot, next_is_relative, depth)?,
                Some(counts) => {
                    self.expect_numbers(counts)?;
                    let mut one = Draft::default();
                    self.field(&mut one, slot, false, depth)?;
                    let bytes = one.bytes;
                    draft.variable(Op::Run(self.to.add(one)), counts, bytes);
                }
            }
        }
        let program = self.to.add(draft);
        self.to.of_layout[layout as usize] = program;
        Ok(program)
    }

    fn expect_numbers(&self, column: u32) -> Result<(), Malformed> {
        match self.form(column) {
            Form::Numbers if self.structure.layouts_of(column).is_empty() => Ok(()),
            _ => Err("a column of numbers is missing"),
        }
    }

    fn field(
        &mut self,
        draft: &mut Draft,
        slot: &Slot,
        next_is_relative: bool,
        depth: usize,
    ) -> Result<(), Malformed> {
        draft.varint(slot.key.into());
        match slot.value {
            Value::Message => self.message(draft, slot.column, depth),
            Value::Bytes => self.bytes(draft, slot.column),
            _ => self.number(draft, slot, next_is_relative),
        }
    }

    fn number(
        &mut self,
        draft: &mut Draft,
        slot: &Slot,
        next_is_relative: bool,
    ) -> Result<(), Malformed> {
        let column = slot.column;
        self.expect_numbers(column)?;
        let constant = match slot.is_relative || next_is_relative {
            true => None,
            false => self.values.constant(column),
        };
        match (slot.value, constant) {
            (Value::Varint, Some(value)) => draft.varint(value),
            (Value::Fixed64, Some(value)) => draft.literal(&value.to_le_bytes()),
            (_, Some(value)) => draft.literal(&(value as u32).to_le_bytes()),
            (Value::Varint, None) if slot.is_relative => {
                draft.variable(Op::RelativeVarint, column, 1)
            }
            (Value::Varint, None) => draft.variable(Op::Varint, column, 1),
            (Value::Fixed64, None) if slot.is_relative => {
                draft.fixed(Op::RelativeFixed64, column, 8)
            }
            (Value::Fixed64, None) => draft.fixed(Op::Fixed64, column, 8),
            (_, None) if slot.is_relative => draft.fixed(Op::RelativeFixed32, column, 4),
            (_, None) => draft.fixed(Op::Fixed32, column, 4),
        }
        Ok(())
    }

    fn bytes(&mut self, draft: &mut Draft, column: u32) -> Result<(), Malformed> {
        let constant = self.values.constant(column);
        match self.form(column) {
            Form::Plain => match constant.and_then(|length| u32::try_from(length).ok()) {
                Some(length) => {
                    draft.varint(length.into());
                    draft.fixed(Op::Bytes(length), column, length);
                }
                None => draft.variable(Op::Text, column, 1),
            },
            Form::Words => match constant.and_then(|word| self.words.get(word)) {
                Some((word, length)) if length <= LITERAL_BYTES => draft.literal(&word[..length]),
                _ => draft.variable(Op::Word, column, 1),
            },
            Form::Hashes => {
                draft.varint(32);
                draft.fixed(Op::Hash, column, 32);
            }
            Form::CopiedHashes => {
                draft.varint(32);
                draft.fixed(Op::CopiedHash, column, 32);
            }
            Form::Absent | Form::Numbers | Form::Programs => {
                return Err("a column of bytes is missing");
            }
        }
        Ok(())
    }

    fn message(&mut self, draft: &mut Draft, column: u32, depth: usize) -> Result<(), Malformed> {
        let is_there = matches!(self.form(column), Form::Numbers | Form::Programs);
        if self.structure.layouts_of(column).is_empty() || !is_there {
            return Err("a column of layouts is missing");
        }
        if self.values.constant(column).is_none() {
            draft.variable(Op::AnyMessage, column, 1);
            return Ok(());
        }
        // All messages of this place have the same layout.
        self.column(column, depth + 1)?;
        let number = self.values.constant(column).unwrap_or(u64::MAX) as u32;
        let program = self.to.programs[number as usize];
        let range = program.from as usize..program.to as usize;
        if !program.is_fixed || range.len() > MOST_INLINE || self.to.steps.len() > MOST_STEPS {
            let bytes = program.bytes.saturating_add(1);
            draft.variable(Op::Message(number), 0, bytes);
            return Ok(());
        }
        draft.varint(program.bytes.into());
        let bytes = draft.bytes.saturating_add(program.bytes);
        for step in &self.to.steps[range] {
            draft.literal(&step.literal[..step.literal_bytes.into()]);
            match step.op {
                Op::Nothing => {}
                op => draft.step(op, step.column),
            }
        }
        draft.bytes = bytes;
        Ok(())
    }
}
