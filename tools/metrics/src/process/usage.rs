//! The process as a whole: processor time, page faults, input and output.

use peer_observer_event::ProcessSample;

use crate::catalogue::{Catalogue, define};
use crate::labels::process::{CPU_MODE, FAULT, OPERATION, PRESSURE_SCOPE, RESOURCE, STALL};
use crate::poll::{ByLabels, Poll, PollBuilder};
use crate::words::listed;
use crate::words::process::{CPU_MODES, FAULTS, OPERATIONS, PRESSURE_SCOPES, RESOURCES, STALLS};

pub(super) fn usage(catalogue: &mut Catalogue) -> Poll<ProcessSample> {
    let title = "The node's process";
    let table = PollBuilder::<ProcessSample>::new(catalogue, title, "/proc/PID, each second")
        .seconds(
            define(
                "node_process_cpu_seconds",
                "seconds",
                "Processor time of the node's process",
            )
            .labels([CPU_MODE])
            .source("/proc/PID/stat")
            .existing(
                "none; beside it runs process-exporter with \
                 `namedprocess_namegroup_cpu_seconds_total`",
            ),
            |sample| each(CPU_MODES, [sample.user_seconds, sample.system_seconds]),
        )
        .counters(
            define(
                "node_process_page_faults",
                "faults",
                "Page faults of the node's process",
            )
            .labels([FAULT])
            .source("/proc/PID/stat"),
            |sample| each(FAULTS, [sample.minor_faults, sample.major_faults]),
        )
        .gauge(
            define("node_process_threads", "threads", "Threads of the node")
                .source("/proc/PID/task"),
            |sample| sample.thread_count,
        );
    pressure(input_and_output(table)).finish()
}

fn input_and_output(table: PollBuilder<'_, ProcessSample>) -> PollBuilder<'_, ProcessSample> {
    table
        .counters(
            define(
                "node_process_disk_bytes",
                "bytes",
                "Bytes that the node's process had read from disks or written to them",
            )
            .labels([OPERATION])
            .source("/proc/PID/io: `read_bytes`, `write_bytes`")
            .existing(
                "none; beside it runs process-exporter with \
                 `namedprocess_namegroup_read_bytes_total` and `..._write_bytes_total`",
            ),
            |sample| match &sample.io {
                Some(io) => each(OPERATIONS, [io.read_bytes, io.written_bytes]),
                None => vec![],
            },
        )
        .counters(
            define(
                "node_process_call_bytes",
                "bytes",
                "Bytes that went through the process's read and write calls, the page cache and \
                 sockets included",
            )
            .labels([OPERATION])
            .source("/proc/PID/io: `rchar`, `wchar`"),
            |sample| match &sample.io {
                Some(io) => each(OPERATIONS, [io.read_call_bytes, io.write_call_bytes]),
                None => vec![],
            },
        )
        .counters(
            define(
                "node_process_calls",
                "calls",
                "Read and write calls of the node's process",
            )
            .labels([OPERATION])
            .source("/proc/PID/io: `syscr`, `syscw`"),
            |sample| match &sample.io {
                Some(io) => each(OPERATIONS, [io.read_calls, io.write_calls]),
                None => vec![],
            },
        )
}

fn pressure(table: PollBuilder<'_, ProcessSample>) -> PollBuilder<'_, ProcessSample> {
    table.seconds(
        define(
            "node_process_pressure_stall_seconds",
            "seconds",
            "Time in which tasks waited for a resource, since the start of the cgroup or machine",
        )
        .labels([RESOURCE, PRESSURE_SCOPE, STALL])
        .source("`cpu.pressure`, `memory.pressure` and `io.pressure` of the cgroup, else /proc/pressure"),
        |sample| {
            let stalls = sample.pressure.iter().flat_map(|pressure| {
                let resource = listed(&RESOURCES, &pressure.resource);
                let scope = listed(&PRESSURE_SCOPES, &pressure.scope);
                let seconds = [Some(pressure.some_seconds), pressure.full_seconds];
                let stalls = STALLS.into_iter().zip(seconds);
                stalls.filter_map(move |(stall, seconds)| Some(([resource, scope, stall], seconds?)))
            });
            stalls.collect()
        },
    )
}

/// Each word with its number.
fn each<T>(words: [&'static str; 2], numbers: [T; 2]) -> ByLabels<T, 1> {
    let words = words.map(|word| [word]);
    words.into_iter().zip(numbers).collect()
}
