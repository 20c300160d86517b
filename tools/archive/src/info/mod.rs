//! What archives hold, without playing them.

mod counts;
mod file;
mod text;

use serde::Serialize;

pub use counts::Counts;
pub use file::FileInfo;

use crate::source::{InputError, Inputs};

/// What archives hold, all together and each of them. Times are nanoseconds
/// since the epoch, as text.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Info {
    /// Each file.
    pub files: Vec<FileInfo>,
    /// All files together.
    pub total: Counts,
}

impl Info {
    /// Looks at the files. Those of ours are not read where they have an index or
    /// summaries; others are, from the beginning to the end. `progress` is told
    /// how many bytes of the files have been looked at.
    ///
    /// # Errors
    /// Where a file cannot be read. Damage is told in the file's info.
    pub fn of(inputs: &Inputs, mut progress: impl FnMut(u64)) -> Result<Info, InputError> {
        let mut info = Info::default();
        let mut bytes = 0;
        for input in inputs.files() {
            let file = FileInfo::of(input, &inputs.legacy_node)?;
            info.total.add(&file.counts);
            info.files.push(file);
            bytes += input.bytes;
            progress(bytes);
        }
        Ok(info)
    }
}
