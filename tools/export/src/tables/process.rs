//! The node's process.

use peer_observer_event::{Event, ProcessMemory, ProcessSample};

use super::Tables;
use crate::ExportError;
use crate::column::{Count, Maybe, Number, Text, Word};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// The process. Counters are cumulative over its life.
    Samples, SampleRow {
        /// `sample`, `memory`.
        event: Word,
        /// The process.
        pid: Count,
        /// CPU time that taking this sample took.
        cost_ns: Count,
        /// CPU time in user mode. From here to the last column but three: of `sample`.
        user_seconds: Maybe<Number>,
        /// CPU time in the kernel.
        system_seconds: Maybe<Number>,
        /// Threads now.
        thread_count: Maybe<Count>,
        /// Page faults without disk access.
        minor_faults: Maybe<Count>,
        /// Page faults with disk access.
        major_faults: Maybe<Count>,
        /// Resident memory that is in no file.
        anonymous_bytes: Maybe<Count>,
        /// Resident memory of mapped files.
        file_bytes: Maybe<Count>,
        /// Resident shared memory.
        shared_bytes: Maybe<Count>,
        /// In swap.
        swap_bytes: Maybe<Count>,
        /// Address space.
        virtual_bytes: Maybe<Count>,
        /// Most resident memory so far.
        peak_resident_bytes: Maybe<Count>,
        /// Read from the disk.
        read_bytes: Maybe<Count>,
        /// Written to the disk.
        written_bytes: Maybe<Count>,
        /// Through read calls, the page cache included.
        read_call_bytes: Maybe<Count>,
        /// Through write calls, the page cache included.
        write_call_bytes: Maybe<Count>,
        /// Read calls.
        read_calls: Maybe<Count>,
        /// Write calls.
        write_calls: Maybe<Count>,
        /// Open files, sockets among them.
        open_files: Maybe<Count>,
        /// Open sockets.
        sockets: Maybe<Count>,
        /// How many files may be open.
        open_files_limit: Maybe<Count>,
        /// Of `memory`: resident memory, shared pages divided among those who share them.
        proportional_bytes: Maybe<Count>,
        /// Of `memory`: resident memory of this process alone.
        private_bytes: Maybe<Count>,
        /// Of `memory`: in swap, shared pages divided.
        proportional_swap_bytes: Maybe<Count>,
    }
}

columns! {
    /// Threads by name. Counters are cumulative over the process's life.
    Threads, ThreadRow {
        /// As Core names it: `b-msghand`, `b-net`, ... `other` for the rest.
        name: Text,
        /// Threads of this name now.
        count: Count,
        /// CPU time in user mode.
        user_seconds: Number,
        /// CPU time in the kernel.
        system_seconds: Number,
        /// Ready to run, but waiting for a CPU.
        run_queue_seconds: Maybe<Number>,
        /// Waited for something.
        voluntary_switches: Count,
        /// Had to make room for others.
        involuntary_switches: Count,
    }
}

columns! {
    /// Pressure stall information.
    Pressures, PressureRow {
        /// `cpu`, `memory`, `io`.
        resource: Text,
        /// `cgroup`, `machine`.
        scope: Text,
        /// Time in which some task waited, in all.
        some_seconds: Number,
        /// Time in which all tasks waited, in all.
        full_seconds: Maybe<Number>,
    }
}

pub(super) fn push_sample(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    sample: &ProcessSample,
) -> Result<(), ExportError> {
    let memory = sample.memory.as_ref();
    let io = sample.io.as_ref();
    let files = sample.files.as_ref();
    let row = SampleRow {
        event: "sample",
        pid: sample.pid.into(),
        cost_ns: sample.cost_ns,
        user_seconds: Some(sample.user_seconds),
        system_seconds: Some(sample.system_seconds),
        thread_count: Some(sample.thread_count.into()),
        minor_faults: Some(sample.minor_faults),
        major_faults: Some(sample.major_faults),
        anonymous_bytes: memory.map(|memory| memory.anonymous_bytes),
        file_bytes: memory.map(|memory| memory.file_bytes),
        shared_bytes: memory.map(|memory| memory.shared_bytes),
        swap_bytes: memory.map(|memory| memory.swap_bytes),
        virtual_bytes: memory.map(|memory| memory.virtual_bytes),
        peak_resident_bytes: memory.map(|memory| memory.peak_resident_bytes),
        read_bytes: io.map(|io| io.read_bytes),
        written_bytes: io.map(|io| io.written_bytes),
        read_call_bytes: io.map(|io| io.read_call_bytes),
        write_call_bytes: io.map(|io| io.write_call_bytes),
        read_calls: io.map(|io| io.read_calls),
        write_calls: io.map(|io| io.write_calls),
        open_files: files.map(|files| files.open_files.into()),
        sockets: files.map(|files| files.sockets.into()),
        open_files_limit: files.and_then(|files| files.open_files_limit),
        ..SampleRow::default()
    };
    tables.process.push(output, event, row)?;
    for thread in &sample.threads {
        let row = ThreadRow {
            name: &thread.name,
            count: thread.count.into(),
            user_seconds: thread.user_seconds,
            system_seconds: thread.system_seconds,
            run_queue_seconds: thread.run_queue_seconds,
            voluntary_switches: thread.voluntary_switches,
            involuntary_switches: thread.involuntary_switches,
        };
        tables.process_thread.push(output, event, row)?;
    }
    for pressure in &sample.pressure {
        let row = PressureRow {
            resource: &pressure.resource,
            scope: &pressure.scope,
            some_seconds: pressure.some_seconds,
            full_seconds: pressure.full_seconds,
        };
        tables.process_pressure.push(output, event, row)?;
    }
    Ok(())
}

pub(super) fn push_memory(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    memory: &ProcessMemory,
) -> Result<(), ExportError> {
    let row = SampleRow {
        event: "memory",
        pid: memory.pid.into(),
        cost_ns: memory.cost_ns,
        proportional_bytes: Some(memory.proportional_bytes),
        private_bytes: Some(memory.private_bytes),
        proportional_swap_bytes: Some(memory.swap_bytes),
        ..SampleRow::default()
    };
    tables.process.push(output, event, row)
}
