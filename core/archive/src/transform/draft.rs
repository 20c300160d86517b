//! A program while it is made, step by step.

use super::program::{LITERAL_BYTES, Op, Program, Step};
use super::wire::varint_of;

/// A program that is being made.
#[derive(Default)]
pub(super) struct Draft {
    steps: Vec<Step>,
    literal: [u8; LITERAL_BYTES],
    literal_bytes: usize,
    /// Bytes that it appends at least, and whether it can append more.
    pub(super) bytes: u32,
    is_variable: bool,
}

impl Draft {
    /// These bytes stand ready.
    pub(super) fn literal(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.literal_bytes == LITERAL_BYTES {
                self.step(Op::Nothing, 0);
            }
            self.literal[self.literal_bytes] = *byte;
            self.literal_bytes += 1;
        }
        self.bytes = self.bytes.saturating_add(bytes.len() as u32);
    }

    pub(super) fn varint(&mut self, value: u64) {
        let (bytes, length) = varint_of(value);
        self.literal(&bytes[..length]);
    }

    /// A step that does this behind the literal.
    pub(super) fn step(&mut self, op: Op, column: u32) {
        self.steps.push(Step {
            literal: std::mem::take(&mut self.literal),
            literal_bytes: std::mem::take(&mut self.literal_bytes) as u8,
            op,
            column,
        });
    }

    /// A step that appends this many bytes each time.
    pub(super) fn fixed(&mut self, op: Op, column: u32, bytes: u32) {
        self.step(op, column);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// A step that appends at least this many bytes.
    pub(super) fn variable(&mut self, op: Op, column: u32, bytes: u32) {
        self.fixed(op, column, bytes);
        self.is_variable = true;
    }

    /// Appends the steps to those of the block.
    pub(super) fn finish(mut self, steps: &mut Vec<Step>) -> Program {
        if self.literal_bytes > 0 {
            self.step(Op::Nothing, 0);
        }
        let from = steps.len() as u32;
        steps.append(&mut self.steps);
        Program {
            from,
            to: steps.len() as u32,
            bytes: self.bytes,
            is_fixed: !self.is_variable,
        }
    }
}
