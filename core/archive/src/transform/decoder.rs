//! The reader's side: a block of columns in, its events out. Knows no schema.

use crate::block::EventBlock;

use super::bytes::{Memory, ReadState, get_bytes};
use super::emit::{Emitter, SLACK, copy};
use super::numbers::{NumberState, get_numbers};
use super::program::{Program, Programs};
use super::structure::Structure;
use super::values::{Form, Values};
use super::wire::{fixed32, take, varint};
use super::{Malformed, PREFIX_COLUMN, RAW_COLUMN};

const EARLY: Malformed = "the block ends too early";

/// What is remembered of a column from block to block of a frame.
#[derive(Default)]
struct Column {
    numbers: NumberState,
    bytes: ReadState,
}

/// Puts the events of a frame together, block by block.
#[derive(Default)]
pub(crate) struct Decoder {
    structure: Structure,
    columns: Vec<Column>,
    memory: Memory,
    /// Of the block, as what follows.
    values: Values,
    programs: Programs,
    /// The columns that it has, and whether they hold bytes.
    present: Vec<(u32, bool)>,
}

impl Decoder {
    /// Forgets the frame and begins another one.
    pub(crate) fn restart(&mut self) {
        self.structure = Structure::default();
        self.columns.clear();
        self.memory = Memory::default();
    }

    /// Reads a block of `count` events with `bytes` bytes, which the caller has
    /// checked against the limits. After an error there is no way to go on with
    /// the frame.
    pub(crate) fn block(
        &mut self,
        block: &[u8],
        count: usize,
        bytes: usize,
        events: &mut EventBlock,
    ) -> Result<(), Malformed> {
        events.clear();
        let mut at = 0;
        let check = fixed32(block, &mut at).ok_or(EARLY)?;
        self.structure.read(block, &mut at)?;
        self.read_columns(block, &mut at, bytes)?;
        let (structure, memory) = (&self.structure, &self.memory);
        self.programs
            .compile(structure, &memory.words, &mut self.values, &self.present)?;
        if events.bytes.len() < bytes + SLACK {
            // What is to be thrown away need not be moved to its new place.
            events.bytes = Vec::new();
            events.bytes = vec![0; bytes + SLACK + bytes / 8];
        }
        events.ends.resize(count, 0);
        let done = self.put_events(block, bytes, events);
        if done.is_some() && crc32fast::hash(events.bytes()) == check {
            return Ok(());
        }
        events.clear();
        Err("the values of a block do not make up its events")
    }

    fn put_events(&mut self, block: &[u8], bytes: usize, events: &mut EventBlock) -> Option<()> {
        let programs = &self.programs.programs;
        let mut cursors = std::mem::take(&mut self.values.cursors);
        let mut emitter = Emitter {
            steps: &self.programs.steps,
            programs,
            numbers: self.values.numbers(),
            cursors: &mut cursors,
            block,
            copies: &self.values.copies,
            words: &self.memory.words,
            length_bytes: programs.iter().map(Program::length_bytes).collect(),
            out: &mut events.bytes,
        };
        let mut at = 0;
        for end in &mut events.ends {
            at = self.put_event(&mut emitter, at).filter(|at| *at <= bytes)?;
            *end = at as u32;
        }
        self.values.cursors = cursors;
        (at == bytes).then_some(())
    }

    #[inline(always)]
    fn put_event(&self, emitter: &mut Emitter<'_>, at: usize) -> Option<usize> {
        let Some(prefix) = emitter.number(PREFIX_COLUMN)?.checked_sub(1) else {
            return emitter.string(RAW_COLUMN, at);
        };
        let prefix = self.structure.prefixes.get(usize::try_from(prefix).ok()?)?;
        let start = copy(emitter.out, at, &prefix.bytes, 0, prefix.length)?;
        let program = emitter.number(prefix.column)?;
        emitter.run(program, start, 0)
    }

    fn read_columns(
        &mut self,
        block: &[u8],
        at: &mut usize,
        bytes: usize,
    ) -> Result<(), Malformed> {
        self.present.clear();
        let mut next = 0u64;
        loop {
            let step = varint(block, at).ok_or(EARLY)?;
            if step == 0 {
                break;
            }
            if step == 1 {
                return Err("a column comes twice");
            }
            next = next.saturating_add(step >> 1);
            let column = self.structure.column(next - 1)?;
            self.present.push((column, step & 1 == 1));
        }
        let columns = self.structure.columns();
        self.columns.resize_with(columns, Column::default);
        self.values.begin(columns, bytes);
        let length = varint(block, at).ok_or(EARLY)?;
        let length = usize::try_from(length).map_err(|_| EARLY)?;
        let mut new_hashes = *at..*at + take(block, at, length).ok_or(EARLY)?.len();
        let (values, memory) = (&mut self.values, &mut self.memory);
        for &(column, is_bytes) in &self.present {
            let state = &mut self.columns[column as usize];
            let cursor = match is_bytes {
                true => get_bytes(block, at, &mut new_hashes, &mut state.bytes, memory, values)?,
                false => get_numbers(
                    block,
                    at,
                    &mut state.numbers,
                    &mut memory.numbers,
                    values,
                    Form::Numbers,
                )?,
            };
            values.cursors[column as usize] = cursor;
        }
        match *at == block.len() && new_hashes.is_empty() {
            true => Ok(()),
            false => Err("the block has bytes left over"),
        }
    }
}
