//! Threads by name: processor time, waiting for it, switches.

use peer_observer_event::{ProcessSample, ThreadUsage};

use crate::catalogue::{Catalogue, define};
use crate::labels::process::{CPU_MODE, SWITCH, THREAD};
use crate::poll::{ByLabels, Poll, PollBuilder};
use crate::words::listed;
use crate::words::process::{CPU_MODES, SWITCHES, THREADS};

pub(super) fn threads(catalogue: &mut Catalogue) -> Poll<ProcessSample> {
    let title = "The node's threads";
    PollBuilder::<ProcessSample>::new(catalogue, title, "/proc/PID/task, each second")
        .seconds(
            define(
                "node_thread_cpu_seconds",
                "seconds",
                "Processor time of the node's threads since the node's start, ended ones included",
            )
            .labels([THREAD, CPU_MODE])
            .source("/proc/PID/task/TID/schedstat, divided by stat")
            .existing(
                "none; beside it runs process-exporter with \
                 `namedprocess_namegroup_thread_cpu_seconds_total`",
            ),
            |sample| {
                by_thread(sample, |thread| {
                    pairs(CPU_MODES, [thread.user_seconds, thread.system_seconds])
                })
            },
        )
        .seconds(
            define(
                "node_thread_run_queue_seconds",
                "seconds",
                "Time in which the node's threads were ready to run and had to wait for a \
                 processor",
            )
            .labels([THREAD])
            .source("/proc/PID/task/TID/schedstat"),
            |sample| {
                let waits = sample.threads.iter();
                waits
                    .filter_map(|thread| Some(([name(thread)], thread.run_queue_seconds?)))
                    .collect()
            },
        )
        .counters(
            define(
                "node_thread_context_switches",
                "switches",
                "Times that the node's threads left the processor",
            )
            .labels([THREAD, SWITCH])
            .source("/proc/PID/task/TID/status")
            .existing(
                "none; beside it runs process-exporter with \
                 `namedprocess_namegroup_thread_context_switches_total`",
            ),
            |sample| {
                by_thread(sample, |thread| {
                    let switches = [thread.voluntary_switches, thread.involuntary_switches];
                    pairs(SWITCHES, switches)
                })
            },
        )
        .gauges(
            define("node_threads", "threads", "Threads of the node, by name")
                .labels([THREAD])
                .source("/proc/PID/task"),
            |sample| {
                let counts = sample.threads.iter();
                counts
                    .map(|thread| ([name(thread)], thread.count))
                    .collect()
            },
        )
        .finish()
}

fn name(thread: &ThreadUsage) -> &'static str {
    listed(&THREADS, &thread.name)
}

/// Two numbers of each thread.
fn by_thread<T>(
    sample: &ProcessSample,
    numbers: fn(&ThreadUsage) -> [(&'static str, T); 2],
) -> ByLabels<T, 2> {
    let threads = sample.threads.iter();
    threads
        .flat_map(|thread| numbers(thread).map(|(word, number)| ([name(thread), word], number)))
        .collect()
}

/// Each word with its number.
fn pairs<T>(words: [&'static str; 2], [one, other]: [T; 2]) -> [(&'static str, T); 2] {
    [(words[0], one), (words[1], other)]
}
