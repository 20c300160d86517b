//! Plain bytes out of a file that may be compressed.

use std::io::{self, Read};

use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer, get_error_name};

use crate::error::LegacyError;

const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Frames that hold no data; the first byte's lower half is free.
const SKIPPABLE_MAGIC: [u8; 3] = [0x2a, 0x4d, 0x18];

/// The largest window that is accepted: 128 MiB, which is what their archiver's
/// level 22 asks for.
const MOST_WINDOW_LOG: u32 = 27;

/// How much is read at once, and what a block has at most when it is decompressed.
const STEP_BYTES: usize = 1 << 17;

/// A frame's shortest head, and a block's.
const LEAST_FRAME_HEAD_BYTES: usize = 5;
const BLOCK_HEAD_BYTES: usize = 3;

/// How a source has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Where it may end.
    Whole,
    /// Within a compressed frame.
    WithinFrame,
    /// What follows cannot be decompressed.
    Damaged(&'static str),
}

pub(crate) struct Source<R> {
    inner: R,
    input: Box<[u8]>,
    /// What of `input` is still to be used.
    input_at: usize,
    input_end: usize,
    bytes_read: u64,
    zstd: Option<Zstd>,
    ending: Option<Ending>,
}

struct Zstd {
    context: DCtx<'static>,
    /// How many bytes zstd wants to see next: a head, or those to the end of a
    /// block and the head of the one behind it; 0 at the end of a frame.
    wanted: usize,
    /// The last step has filled its room, so that there may be more to come.
    has_more: bool,
}

/// Does this begin as what zstd has compressed does?
pub(crate) fn is_zstd(beginning: &[u8]) -> bool {
    match beginning.first_chunk::<4>() {
        Some(magic) => {
            *magic == ZSTD_MAGIC || magic[0] & 0xf0 == 0x50 && magic[1..] == SKIPPABLE_MAGIC
        }
        None => false,
    }
}

impl<R: Read> Source<R> {
    /// Looks whether the source is compressed.
    pub(crate) fn open(inner: R) -> Result<Source<R>, LegacyError> {
        let mut source = Source {
            inner,
            input: vec![0; STEP_BYTES].into(),
            input_at: 0,
            input_end: 0,
            bytes_read: 0,
            zstd: None,
            ending: None,
        };
        while source.input_end < ZSTD_MAGIC.len() && source.read_input()? {}
        if is_zstd(&source.input[..source.input_end]) {
            source.zstd = Some(Zstd::new().map_err(LegacyError::Zstd)?);
        }
        Ok(source)
    }

    /// Bytes of the file that have been read.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// How the source has ended; absent before it has.
    pub(crate) fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Appends the next bytes to `plain`, some `STEP_BYTES` at most; none and `false` at the end.
    pub(crate) fn fill(&mut self, plain: &mut Vec<u8>) -> io::Result<bool> {
        let before = plain.len();
        while plain.len() == before && self.ending.is_none() {
            let has_more = self.zstd.as_ref().is_some_and(|zstd| zstd.has_more);
            if self.input_at == self.input_end && !has_more && !self.read_input()? {
                let is_within_frame = self.zstd.as_ref().is_some_and(|zstd| zstd.wanted > 0);
                self.ending = Some(match is_within_frame {
                    true => Ending::WithinFrame,
                    false => Ending::Whole,
                });
                break;
            }
            let input = &self.input[self.input_at..self.input_end];
            let used = match &mut self.zstd {
                Some(zstd) => zstd.step(input, plain),
                None => {
                    plain.extend_from_slice(input);
                    Ok(input.len())
                }
            };
            match used {
                Ok(used) => self.input_at += used,
                Err(error) => self.ending = Some(Ending::Damaged(error)),
            }
        }
        Ok(plain.len() > before)
    }

    /// Reads on, behind the input that is there; `false` at the end of the file.
    fn read_input(&mut self) -> io::Result<bool> {
        if self.input_at == self.input_end {
            (self.input_at, self.input_end) = (0, 0);
        }
        loop {
            match self.inner.read(&mut self.input[self.input_end..]) {
                Ok(bytes) => {
                    self.input_end += bytes;
                    self.bytes_read += bytes as u64;
                    return Ok(bytes > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Zstd {
    fn new() -> Result<Zstd, &'static str> {
        let mut context = DCtx::try_create().ok_or("there is no memory for it")?;
        let most = DParameter::WindowLogMax(MOST_WINDOW_LOG);
        context.set_parameter(most).map_err(get_error_name)?;
        Ok(Zstd {
            context,
            wanted: 0,
            has_more: false,
        })
    }

    /// Appends to `plain` what it can make of `input`; says how much of that is
    /// used. A frame that begins behind another needs nothing special.
    ///
    /// One block at a time: of what a step has made before it fails, zstd does
    /// not say how much it is.
    fn step(&mut self, input: &[u8], plain: &mut Vec<u8>) -> Result<usize, &'static str> {
        let wanted = match self.wanted {
            0 => LEAST_FRAME_HEAD_BYTES,
            head @ ..=BLOCK_HEAD_BYTES => head,
            with_next_head => with_next_head - BLOCK_HEAD_BYTES,
        };
        let input = &input[..input.len().min(wanted)];
        let at = plain.len();
        plain.reserve(STEP_BYTES);
        let room = plain.capacity();
        let mut source = InBuffer::around(input);
        let mut output = OutBuffer::around_pos(plain, at);
        let done = self.context.decompress_stream(&mut output, &mut source);
        self.has_more = output.pos() == room;
        self.wanted = done.map_err(get_error_name)?;
        Ok(source.pos)
    }
}
