//! zstd as the archive uses it: the payloads of a frame's blocks, one behind the
//! other, are one stream, which is flushed after each of them.

use zstd_safe::zstd_sys::ZSTD_EndDirective;
use zstd_safe::{
    CCtx, CParameter, DCtx, DParameter, InBuffer, OutBuffer, ResetDirective, get_error_name,
};

use crate::transform::limits::MOST_WINDOW_LOG;

pub(crate) struct Compressor(CCtx<'static>);

impl Compressor {
    pub(crate) fn new(level: i32, window_log: u32) -> Result<Compressor, &'static str> {
        let mut context = CCtx::create();
        let window_log = window_log.min(MOST_WINDOW_LOG);
        for parameter in [
            CParameter::CompressionLevel(level),
            CParameter::WindowLog(window_log),
        ] {
            context.set_parameter(parameter).map_err(get_error_name)?;
        }
        Ok(Compressor(context))
    }

    /// Forgets the stream and begins another one.
    pub(crate) fn restart(&mut self) -> Result<(), &'static str> {
        let done = self.0.reset(ResetDirective::SessionOnly);
        done.map(drop).map_err(get_error_name)
    }

    /// Appends to `out` everything that is needed to read `plain`.
    pub(crate) fn block(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), &'static str> {
        let mut input = InBuffer::around(plain);
        loop {
            let at = out.len();
            out.reserve(1 << 17);
            let mut output = OutBuffer::around_pos(out, at);
            let end = ZSTD_EndDirective::ZSTD_e_flush;
            let left = self.0.compress_stream2(&mut output, &mut input, end);
            if left.map_err(get_error_name)? == 0 && input.pos == plain.len() {
                return Ok(());
            }
        }
    }
}

pub(crate) struct Decompressor(DCtx<'static>);

impl Decompressor {
    pub(crate) fn new() -> Result<Decompressor, &'static str> {
        let mut context = DCtx::create();
        let most = DParameter::WindowLogMax(MOST_WINDOW_LOG);
        context.set_parameter(most).map_err(get_error_name)?;
        Ok(Decompressor(context))
    }

    /// Begins another stream.
    pub(crate) fn restart(&mut self) -> Result<(), &'static str> {
        let done = self.0.reset(ResetDirective::SessionOnly);
        done.map(drop).map_err(get_error_name)
    }

    /// Reads a piece of a payload and fills `plain` from `at` on, as far as it goes.
    pub(crate) fn add(
        &mut self,
        piece: &[u8],
        plain: &mut [u8],
        at: &mut usize,
    ) -> Result<(), &'static str> {
        let mut input = InBuffer::around(piece);
        loop {
            let before = (input.pos, *at);
            let mut output = OutBuffer::around_pos(plain, *at);
            let done = self.0.decompress_stream(&mut output, &mut input);
            done.map_err(get_error_name)?;
            *at = output.pos();
            if before == (input.pos, *at) {
                break;
            }
        }
        match input.pos == piece.len() {
            true => Ok(()),
            false => Err("a block has more bytes than its head says"),
        }
    }
}
