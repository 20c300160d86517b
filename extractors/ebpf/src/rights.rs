//! Which rights are missing, and the command that gives them.

use peer_observer_component::Failure;

/// Stands for nearly every other capability.
const CAP_SYS_ADMIN: u32 = 21;

/// A capability that the extractor needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// To read another user's process in /proc.
    SysPtrace,
    /// To attach programs to tracepoints.
    Perfmon,
    /// To load programs and maps.
    Bpf,
}

impl Capability {
    /// Its number in linux/capability.h.
    const fn number(self) -> u32 {
        match self {
            Capability::SysPtrace => 19,
            Capability::Perfmon => 38,
            Capability::Bpf => 39,
        }
    }

    /// Its name in capabilities(7).
    pub const fn name(self) -> &'static str {
        match self {
            Capability::SysPtrace => "CAP_SYS_PTRACE",
            Capability::Perfmon => "CAP_PERFMON",
            Capability::Bpf => "CAP_BPF",
        }
    }
}

/// The failure when the kernel does not let us load the programs.
pub(crate) fn cannot_load() -> Failure {
    let missing: Vec<&str> = missing(&[Capability::Bpf, Capability::Perfmon])
        .into_iter()
        .map(Capability::name)
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
    let what = match missing(&[Capability::SysPtrace]).is_empty() {
        false => format!(
            "missing right to attach to the node (process {pid}), which has another user: CAP_SYS_PTRACE"
        ),
        true => format!(
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

/// Those of `needed` that this process does not have.
pub(crate) fn missing(needed: &[Capability]) -> Vec<Capability> {
    let held = effective_capabilities().unwrap_or_default();
    let has = |number: u32| held & (1 << number) != 0;
    let lacks = |capability: &Capability| match capability {
        // CAP_SYS_ADMIN includes what was taken out of it in Linux 5.8.
        Capability::Bpf | Capability::Perfmon => !has(capability.number()) && !has(CAP_SYS_ADMIN),
        Capability::SysPtrace => !has(capability.number()),
    };
    needed.iter().copied().filter(lacks).collect()
}

/// CapEff of this process, from /proc.
fn effective_capabilities() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}
