//! Attaching the programs to the tracepoints of one process.

use std::collections::BTreeSet;

use libbpf_rs::{ErrorKind, Link, UsdtOpts};
use peer_observer_node::Process;

use crate::kernel::Kernel;
use crate::settings::Groups;
use crate::stapsdt::{self, NotesError};
use crate::tracepoint::Tracepoint;

#[derive(Debug, thiserror::Error)]
pub(crate) enum AttachError {
    #[error(transparent)]
    Notes(#[from] NotesError),
    #[error("we may not attach to process {pid}")]
    Permission { pid: u32 },
    #[error("cannot attach to {tracepoint} of process {pid}: {source}")]
    Attach {
        tracepoint: &'static str,
        pid: u32,
        source: libbpf_rs::Error,
    },
}

impl AttachError {
    /// Is it a right that is missing?
    pub(crate) fn is_permission(&self) -> bool {
        match self {
            AttachError::Permission { .. } => true,
            AttachError::Notes(NotesError::Read { source, .. }) => {
                source.kind() == std::io::ErrorKind::PermissionDenied
            }
            _ => false,
        }
    }
}

/// The programs attached to one process; dropping it detaches them.
pub(crate) struct Attachment {
    /// Dropping a link detaches its program.
    links: Vec<Link>,
    /// Wanted tracepoints that this binary does not have as we know them.
    pub(crate) missing: BTreeSet<&'static str>,
}

impl Attachment {
    /// Attaches every wanted tracepoint that the process' binary has.
    pub(crate) fn new(
        kernel: &Kernel,
        groups: &Groups,
        process: &Process,
    ) -> Result<Attachment, AttachError> {
        let path = process.executable();
        let notes = stapsdt::read(&path)?;
        let mut attachment = Attachment {
            links: Vec::new(),
            missing: BTreeSet::new(),
        };
        for tracepoint in Tracepoint::ALL
            .into_iter()
            .filter(|known| known.is_in(groups))
        {
            let (provider, name) = tracepoint.provider_and_name();
            let program = if stapsdt::has(&notes, tracepoint) {
                kernel.program(tracepoint)
            } else {
                None
            };
            let Some(program) = program else {
                attachment.missing.insert(tracepoint.word());
                continue;
            };
            let link = program
                .attach_usdt_with_opts(
                    process.pid as i32,
                    &path,
                    provider,
                    name,
                    UsdtOpts::default(),
                )
                .map_err(|source| match source.kind() {
                    ErrorKind::PermissionDenied => AttachError::Permission { pid: process.pid },
                    _ => AttachError::Attach {
                        tracepoint: tracepoint.word(),
                        pid: process.pid,
                        source,
                    },
                })?;
            attachment.links.push(link);
        }
        Ok(attachment)
    }

    /// How many tracepoints are attached.
    pub(crate) fn count(&self) -> usize {
        self.links.len()
    }
}
