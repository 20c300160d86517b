//! What the process holds: memory and files.

use peer_observer_event::{ProcessMemory, ProcessSample};

use crate::catalogue::{Catalogue, define};
use crate::labels::process::MEMORY_KIND;
use crate::poll::{Poll, PollBuilder};
use crate::words::process::MEMORY_KINDS;

/// Goes on with the area of the process.
pub(super) fn resources(catalogue: &mut Catalogue) -> Poll<ProcessSample> {
    PollBuilder::<ProcessSample>::within(catalogue)
        .gauges(
            define(
                "node_process_memory_bytes",
                "bytes",
                "Memory of the node's process: all but `swap` is resident",
            )
            .labels([MEMORY_KIND])
            .source("/proc/PID/status: `RssAnon`, `RssFile`, `RssShmem`, `VmSwap`")
            .existing(
                "none; beside it runs process-exporter with \
                 `namedprocess_namegroup_memory_bytes`",
            ),
            |sample| {
                let bytes = sample.memory.map(|memory| {
                    [
                        memory.anonymous_bytes,
                        memory.file_bytes,
                        memory.shared_bytes,
                        memory.swap_bytes,
                    ]
                });
                let kinds = MEMORY_KINDS.map(|kind| [kind]);
                kinds.into_iter().zip(bytes.into_iter().flatten()).collect()
            },
        )
        .gauge(
            define(
                "node_process_virtual_memory_bytes",
                "bytes",
                "Address space of the node's process",
            )
            .source("/proc/PID/status: `VmSize`"),
            |sample| Some(sample.memory?.virtual_bytes),
        )
        .gauge(
            define(
                "node_process_peak_resident_memory_bytes",
                "bytes",
                "Most resident memory that the node's process has had",
            )
            .source("/proc/PID/status: `VmHWM`"),
            |sample| Some(sample.memory?.peak_resident_bytes),
        )
        .gauge(
            define(
                "node_process_open_files",
                "files",
                "Open files of the node's process, sockets included",
            )
            .source("/proc/PID/fd")
            .existing(
                "none; beside it runs process-exporter with \
                 `namedprocess_namegroup_open_filedesc`",
            ),
            |sample| Some(sample.files?.open_files),
        )
        .gauge(
            define(
                "node_process_open_sockets",
                "sockets",
                "Open sockets of the node's process",
            )
            .source("/proc/PID/fd"),
            |sample| Some(sample.files?.sockets),
        )
        .gauge(
            define(
                "node_process_open_files_limit",
                "files",
                "Most open files that the node's process may have, if there is a limit",
            )
            .source("/proc/PID/limits"),
            |sample| sample.files?.open_files_limit,
        )
        .finish()
}

/// Goes on with the area of the process.
pub(super) fn memory(catalogue: &mut Catalogue) -> Poll<ProcessMemory> {
    PollBuilder::<ProcessMemory>::within(catalogue)
        .gauge(
            define(
                "node_process_proportional_memory_bytes",
                "bytes",
                "Proportional set size of the node's process: memory shared with others counts \
                 in parts",
            )
            .source("/proc/PID/smaps_rollup: `Pss`, each minute"),
            |memory| memory.proportional_bytes,
        )
        .gauge(
            define(
                "node_process_private_memory_bytes",
                "bytes",
                "Memory that the node's process shares with nobody",
            )
            .source("/proc/PID/smaps_rollup: `Private_Clean`, `Private_Dirty`, each minute"),
            |memory| memory.private_bytes,
        )
        .finish()
}
