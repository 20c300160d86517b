//! Does this kernel take our eBPF programs, and in which variant?

use std::path::Path;

use peer_observer_ebpf::diagnosis::{self, Capability, LoadError};
use peer_observer_ebpf::{EbpfSettings, Variant};

use super::report::{Area, Findings, Fix};
use super::shell;

/// Where the kernel describes its own types.
const BTF: &str = "/sys/kernel/btf/vmlinux";

/// Capabilities for every node, another user's included.
const CAPABILITIES: &str = "cap_bpf,cap_perfmon,cap_sys_ptrace";

/// Looks at kernel and rights. With `settings` it loads the programs as `run` would.
pub(crate) fn check(settings: Option<&EbpfSettings>, findings: &mut Findings) {
    let release = rustix::system::uname();
    let release = release.release().to_string_lossy();
    let has_btf = Path::new(BTF).exists();
    let btf = if has_btf { "with BTF" } else { "without BTF" };
    let kernel = format!("Linux {release}, {btf}");
    let Some(settings) = settings else {
        findings.ok(Area::Kernel, format!("{kernel}; eBPF is not configured"));
        return;
    };
    let missing = diagnosis::missing_to_load();
    if !missing.is_empty() {
        let names: Vec<&str> = missing.into_iter().map(Capability::name).collect();
        findings.problem(
            Area::Rights,
            "capabilities_missing",
            format!("eBPF needs {}", names.join(" and ")),
            [give_capabilities()],
        );
        findings.unknown(
            Area::Kernel,
            format!("{kernel}; without rights nobody knows whether it takes the programs"),
        );
        return;
    }
    let loaded = diagnosis::try_load(settings);
    if matches!(loaded, Err(LoadError::Refused)) {
        findings.problem(
            Area::Rights,
            "ebpf_refused",
            "the kernel refuses eBPF programs although CAP_BPF and CAP_PERFMON are there",
            [Fix::advice(
                "run it outside of rootless containers and user namespaces (cat /proc/self/uid_map), \
                 allow bpf(2) in the container's seccomp filter, or end the kernel's lockdown mode \
                 (cat /sys/kernel/security/lockdown)",
            )],
        );
        return findings.unknown(Area::Kernel, kernel);
    }
    findings.ok(Area::Rights, "CAP_BPF and CAP_PERFMON are there");
    match loaded {
        Ok(variant) => findings.ok(
            Area::Kernel,
            format!(
                "{kernel}; it takes the programs, variant {}",
                variant.word()
            ),
        ),
        Err(why) => cannot_load(settings, &kernel, has_btf, &why, findings),
    }
}

fn cannot_load(
    settings: &EbpfSettings,
    kernel: &str,
    has_btf: bool,
    why: &LoadError,
    findings: &mut Findings,
) {
    if !has_btf {
        return findings.problem(
            Area::Kernel,
            "btf_missing",
            format!("{kernel}: it does not describe its types at {BTF}, which eBPF needs"),
            [Fix::advice(format!(
                "boot a kernel that was built with CONFIG_DEBUG_INFO_BTF=y, as those of all large \
                 distributions are; in a container, mount /sys so that {BTF} is there"
            ))],
        );
    }
    let with_any = EbpfSettings {
        variant: Variant::Auto,
        ..settings.clone()
    };
    if settings.variant != Variant::Auto
        && let Ok(variant) = diagnosis::try_load(&with_any)
    {
        return findings.problem(
            Area::Kernel,
            "variant_unsupported",
            format!(
                "{kernel}: it does not take variant {}, but {}",
                settings.variant.word(),
                variant.word()
            ),
            [Fix::configuration("ebpf.variant = \"auto\"").replacing("ebpf.variant")],
        );
    }
    findings.problem(
        Area::Kernel,
        "programs_refused",
        format!("{kernel}: {why}"),
        [Fix::advice(
            "use Linux 5.8 or newer with the BTF of this very kernel and enough memory for \
             ring_bytes, or set enabled = false under [ebpf]",
        )],
    );
}

/// The command that gives this binary what eBPF needs.
pub(crate) fn give_capabilities() -> Fix {
    let program = std::env::current_exe().map_or_else(
        |_| "\"$(command -v peer-observer)\"".to_owned(),
        |path| shell::quote(&path),
    );
    Fix::command(format!("sudo setcap {CAPABILITIES}+ep {program}"))
}
