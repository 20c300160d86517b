//! Which rights are missing, and the command that gives them.

use peer_observer_component::Failure;

/// Capabilities (linux/capability.h) that the extractor needs.
const CAP_SYS_PTRACE: u32 = 19;
const CAP_SYS_ADMIN: u32 = 21;
const CAP_PERFMON: u32 = 38;
const CAP_BPF: u32 = 39;

/// The failure when the kernel does not let us load the programs.
pub(crate) fn cannot_load() -> Failure {
    let held = effective_capabilities().unwrap_or_default();
    let has = |capability: u32| held & (1 << capability | 1 << CAP_SYS_ADMIN) != 0;
    let needed = [("CAP_BPF", CAP_BPF), ("CAP_PERFMON", CAP_PERFMON)];
    let missing: Vec<&str> = needed
        .into_iter()
        .filter(|(_, capability)| !has(*capability))
        .map(|(name, _)| name)
        .collect();
    let what = match missing.is_empty() {
        true => "the kernel refuses eBPF programs although CAP_BPF and CAP_PERFMON are there \
                 (kernel.unprivileged_bpf_disabled, lockdown or a container's seccomp filter?)"
            .to_owned(),
        false => format!(
            "missing rights to load eBPF programs: {}",
            missing.join(", ")
        ),
    };
    Failure::CannotWork {
        what,
        remedy: remedy("cap_bpf,cap_perfmon"),
    }
}

/// The failure when we may not look into the node's process.
pub(crate) fn cannot_attach(pid: u32) -> Failure {
    let held = effective_capabilities().unwrap_or_default();
    let what = match held & (1 << CAP_SYS_PTRACE) {
        0 => format!(
            "missing right to attach to the node (process {pid}), which has another user: CAP_SYS_PTRACE"
        ),
        _ => format!(
            "the kernel does not let us attach to the node (process {pid}) although CAP_SYS_PTRACE is there"
        ),
    };
    Failure::CannotWork {
        what,
        remedy: remedy("cap_bpf,cap_perfmon,cap_sys_ptrace"),
    }
}

fn remedy(capabilities: &str) -> String {
    let program = std::env::current_exe().map_or_else(
        |_| "peer-observer".to_owned(),
        |path| path.display().to_string(),
    );
    format!(
        "give them with: sudo setcap {capabilities}+ep {program} (under systemd: AmbientCapabilities={})",
        capabilities.to_uppercase().replace(',', " ")
    )
}

/// CapEff of this process, from /proc.
fn effective_capabilities() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}
