//! Where in a log the node's present life begins.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use memchr::memmem;

use super::Start;
use crate::prefix::PrefixReader;

/// What a node writes first (`Logger::StartLogging`).
const MARK: &[u8] = b"\n\n\n\n\n";

/// A node that was started moments ago has not written more than this.
const SEARCHED_BYTES: u64 = 4 << 20;

/// The beginning of the life in the log at `path` that began at `since_ns`, in
/// nanoseconds since the epoch; `None` when it is not to be found.
pub(crate) fn beginning_of_life(path: &Path, since_ns: u64) -> io::Result<Option<Start>> {
    let file = match File::open(path) {
        Ok(file) => file,
        // All that will be there is of this life.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(Start::Beginning));
        }
        Err(error) => return Err(error),
    };
    let end = file.metadata()?.len();
    let mut last = vec![0; end.min(SEARCHED_BYTES) as usize];
    let from = end - last.len() as u64;
    file.read_exact_at(&mut last, from)?;
    let Some(mark) = memmem::rfind(&last, MARK) else {
        return Ok(None);
    };
    let behind = &last[mark + MARK.len()..];
    let line = behind
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = str::from_utf8(line).unwrap_or_default();
    let time = PrefixReader::default().read(line).time;
    Ok(match time {
        // It has written nothing yet.
        Some(time) if time.unix_ns < since_ns => Some(Start::End),
        None if !behind.is_empty() => None,
        _ => Some(Start::At(from + mark as u64)),
    })
}
