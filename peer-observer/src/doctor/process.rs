//! The node's process: may we read everything that the kernel says of it?

use std::fs;

use peer_observer_node::Process;

use super::report::{Area, Findings, Fix};

/// Threads and memory are for everybody; I/O, files and the proportional set
/// size only for the same user: the files are open to their owner alone.
pub(crate) fn check(process: &Process, findings: &mut Findings) {
    let pid = process.pid;
    let io = fs::read(format!("/proc/{pid}/io"));
    let files = fs::read_dir(format!("/proc/{pid}/fd"));
    if io.is_ok() && files.is_ok() {
        return findings.ok(Area::Process, "threads, memory, I/O and files can be read");
    }
    findings.warning(
        Area::Process,
        "process_unreadable",
        "this user may not read the process's I/O, files and proportional memory",
        [Fix::advice(
            "run peer-observer as the node's user, or do without; CAP_SYS_PTRACE and \
             CAP_DAC_READ_SEARCH would do too, but allow to read every file",
        )],
    );
}
