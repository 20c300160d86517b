//! Compiles the eBPF programs with clang. No compiled object is in the repository.

use std::env;
use std::path::PathBuf;
use std::process::Command;

const SOURCE: &str = "src/bpf/observer.bpf.c";

fn main() {
    println!("cargo::rerun-if-changed=src/bpf");
    println!("cargo::rerun-if-env-changed=CLANG");
    let out =
        PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("observer.bpf.o");
    // Set by libbpf-sys, which carries libbpf's headers.
    let headers = env::var_os("DEP_BPF_INCLUDE").expect("libbpf-sys is a direct dependency");
    let architecture =
        env::var("CARGO_CFG_TARGET_ARCH").expect("cargo sets the target's architecture");
    let architecture = match architecture.as_str() {
        "x86_64" => "x86",
        "aarch64" => "arm64",
        other => stop(&format!(
            "the eBPF programs know x86_64 and aarch64, not {other}"
        )),
    };
    let clang = env::var("CLANG").unwrap_or_else(|_| "clang".to_owned());
    // -mcpu=v3: with less the verifier of older kernels rejects correct loops.
    let status = Command::new(&clang)
        .args([
            "-g",
            "-O2",
            "-target",
            "bpf",
            "-mcpu=v3",
            "-nostdinc",
            "-Wall",
            "-Werror",
        ])
        .args([
            "-Wno-unused-function",
            &format!("-D__TARGET_ARCH_{architecture}"),
        ])
        .args(["-I", "src/bpf/include", "-I"])
        .arg(headers)
        .args(["-c", SOURCE, "-o"])
        .arg(&out)
        .status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => stop(&format!("{clang} could not compile {SOURCE} ({status})")),
        Err(error) => stop(&format!(
            "cannot run {clang} ({error}), which compiles the eBPF programs; install it: apt-get install clang"
        )),
    }
    // Without DWARF the object is a tenth as large; BTF, which is needed, stays.
    let _ = Command::new("llvm-strip").arg("-g").arg(&out).status();
}

fn stop(message: &str) -> ! {
    println!("cargo::error={message}");
    std::process::exit(1)
}
