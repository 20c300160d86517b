//! What the extractor would meet on this machine, looked at without starting it.

use std::path::Path;

use crate::kernel::{Kernel, KernelError};
use crate::rights;
use crate::settings::{EbpfSettings, Groups, Variant};
use crate::stapsdt::{self, NotesError};
use crate::tracepoint::Tracepoint;

pub use crate::rights::Capability;

/// Which of the wanted tracepoints a binary has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BinaryTracepoints {
    /// Those that would be attached to, as `provider:name`.
    pub present: Vec<&'static str>,
    /// Those that are not there, or have fewer arguments than we know.
    pub missing: Vec<&'static str>,
}

/// Why the tracepoints of a binary are not known.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The file may not be read, or is not there.
    #[error(transparent)]
    Unreadable(std::io::Error),
    /// The file is no ELF binary.
    #[error("{0}")]
    NotABinary(String),
}

/// Why the programs cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The kernel says that we may not.
    #[error("the kernel does not let us load eBPF programs")]
    Refused,
    /// It takes none of the variants; libbpf's words for each of them.
    #[error("{0}")]
    Unsupported(String),
}

/// Looks for the tracepoints of `groups` in the binary at `executable`.
pub fn tracepoints(executable: &Path, groups: &Groups) -> Result<BinaryTracepoints, InspectError> {
    let notes = stapsdt::read(executable).map_err(|error| match error {
        NotesError::Read { source, .. } => InspectError::Unreadable(source),
        other => InspectError::NotABinary(other.to_string()),
    })?;
    let wanted = Tracepoint::ALL
        .into_iter()
        .filter(|tracepoint| tracepoint.is_in(groups));
    let (present, missing): (Vec<_>, Vec<_>) =
        wanted.partition(|tracepoint| stapsdt::has(&notes, *tracepoint));
    let words = |list: Vec<Tracepoint>| list.into_iter().map(Tracepoint::word).collect();
    Ok(BinaryTracepoints {
        present: words(present),
        missing: words(missing),
    })
}

/// Loads the programs and lets them go again: which variant does the kernel take?
pub fn try_load(settings: &EbpfSettings) -> Result<Variant, LoadError> {
    match Kernel::load(settings) {
        Ok(kernel) => Ok(kernel.variant()),
        Err(KernelError::Permission) => Err(LoadError::Refused),
        Err(other) => Err(LoadError::Unsupported(other.to_string())),
    }
}

/// The capabilities that this process lacks of those that loading needs.
pub fn missing_to_load() -> Vec<Capability> {
    rights::missing(&[Capability::Bpf, Capability::Perfmon])
}

/// The capabilities that this process lacks of those that attaching to another
/// user's node needs.
pub fn missing_to_attach() -> Vec<Capability> {
    rights::missing(&[Capability::SysPtrace])
}
