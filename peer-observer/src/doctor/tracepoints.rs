//! Which tracepoints does the node's binary have?

use peer_observer_ebpf::diagnosis::{self, InspectError};
use peer_observer_ebpf::{EbpfSettings, Groups};
use peer_observer_node::Process;

use super::kernel::give_capabilities;
use super::node::{program, user};
use super::report::{Area, Findings, Fix};

/// How Core is built with all of them.
const BUILD: &str = "cmake -B build -DWITH_USDT=ON && cmake --build build";

/// Looks into the binary of the running node.
pub(crate) fn check(settings: &EbpfSettings, process: &Process, findings: &mut Findings) {
    match diagnosis::tracepoints(&process.executable(), &settings.groups) {
        Ok(found) if found.present.is_empty() && !found.missing.is_empty() => findings.problem(
            Area::Tracepoints,
            "tracepoints_absent",
            format!("{} was built without tracepoints", name(process)),
            [Fix::advice(format!(
                "run a release of bitcoincore.org for Linux, or build Bitcoin Core (with systemtap-sdt-dev) by: {BUILD}"
            ))],
        ),
        Ok(found) if !found.missing.is_empty() => findings.warning(
            Area::Tracepoints,
            "tracepoints_missing",
            format!(
                "{} of {} are there; missing: {}",
                found.present.len(),
                found.present.len() + found.missing.len(),
                found.missing.join(", ")
            ),
            [Fix::advice(format!(
                "run Bitcoin Core 29 or newer, or set {} = false under [ebpf]",
                groups(&settings.groups, &found.missing).join(" = false and ")
            ))],
        ),
        Ok(found) => findings.ok(
            Area::Tracepoints,
            format!("all {} that are wanted are there", found.present.len()),
        ),
        Err(InspectError::Unreadable(error))
            if error.kind() == std::io::ErrorKind::PermissionDenied =>
        {
            let other = user(process).map_or_else(String::new, |user| format!(" (user {user})"));
            findings.problem(
                Area::Rights,
                "ptrace_missing",
                format!("the node has another user{other}: attaching to it needs CAP_SYS_PTRACE"),
                [give_capabilities()],
            );
            findings.unknown(
                Area::Tracepoints,
                "without CAP_SYS_PTRACE the node's binary cannot be read",
            );
        }
        // The process may just have ended.
        Err(error) => findings.unknown(
            Area::Tracepoints,
            format!("cannot read the node's binary: {error}"),
        ),
    }
}

fn name(process: &Process) -> String {
    program(process).map_or_else(
        || "the node".to_owned(),
        |program| program.display().to_string(),
    )
}

/// The keys of `[ebpf]` that want the missing ones.
fn groups(wanted: &Groups, missing: &[&str]) -> Vec<&'static str> {
    let none = Groups {
        p2p_messages: false,
        connections: false,
        mempool: false,
        validation: false,
        utxocache: false,
    };
    let all = [
        (
            "p2p_messages",
            Groups {
                p2p_messages: wanted.p2p_messages,
                ..none
            },
        ),
        (
            "connections",
            Groups {
                connections: wanted.connections,
                ..none
            },
        ),
        (
            "mempool",
            Groups {
                mempool: wanted.mempool,
                ..none
            },
        ),
        (
            "validation",
            Groups {
                validation: wanted.validation,
                ..none
            },
        ),
        (
            "utxocache",
            Groups {
                utxocache: wanted.utxocache,
                ..none
            },
        ),
    ];
    let wants = |group: &Groups| {
        peer_observer_ebpf::Tracepoint::ALL
            .into_iter()
            .any(|tracepoint| tracepoint.is_in(group) && missing.contains(&tracepoint.word()))
    };
    let keys = all.iter().filter(|(_, group)| wants(group));
    keys.map(|(key, _)| *key).collect()
}
