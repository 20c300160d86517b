//! Kernel, rights, clock, disks.

use std::process::Command;

use anyhow::Result;

use crate::patient::Patient;

const BTF: &str = "/sys/kernel/btf";

fn somewhere() -> Result<(tempfile::TempDir, Patient)> {
    let datadir = tempfile::tempdir()?;
    let patient = Patient::at(datadir.path())?;
    Ok((datadir, patient))
}

#[tokio::test]
async fn a_kernel_that_does_not_describe_itself() -> Result<()> {
    let (_datadir, mut patient) = somewhere()?;
    patient.mount(&format!("mount -t tmpfs none {BTF}"));
    patient.is_found("btf_missing", "mount /sys")?;
    patient.mount("true");
    patient.is_healed("btf_missing")
}

#[tokio::test]
async fn a_kernel_that_takes_no_program() -> Result<()> {
    let (_datadir, mut patient) = somewhere()?;
    let garbage = patient.directory.path().join("garbage");
    std::fs::write(&garbage, "no BTF")?;
    patient.mount(&format!("mount --bind {} {BTF}/vmlinux", garbage.display()));
    patient.is_found("programs_refused", "enabled = false")?;
    patient.set("ebpf.enabled", false.into());
    patient.is_healed("programs_refused")
}

#[tokio::test]
async fn a_variant_that_this_kernel_lacks() -> Result<()> {
    let (_datadir, mut patient) = somewhere()?;
    // A kernel without the function that this variant calls.
    let mut types = std::fs::read(format!("{BTF}/vmlinux"))?;
    let name = b"bpf_probe_read_user_dynptr\0";
    let at = types.windows(name.len()).position(|window| window == name);
    types[at.unwrap()] = b'X';
    let older = patient.directory.path().join("older");
    std::fs::write(&older, types)?;
    patient.mount(&format!("mount --bind {} {BTF}/vmlinux", older.display()));
    patient.set("ebpf.variant", "kfunc".into());
    patient.heal("variant_unsupported").await
}

#[tokio::test]
async fn rights_that_are_missing() -> Result<()> {
    let (_datadir, mut patient) = somewhere()?;
    patient.become_nobody()?;
    patient.heal("capabilities_missing").await
}

#[tokio::test]
async fn rights_that_count_for_nothing() -> Result<()> {
    let (datadir, patient) = somewhere()?;
    // Root of a user namespace has every capability, and may load nothing.
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user"])
        .arg(patient.program())
        .args(["doctor", "--datadir"])
        .arg(datadir.path())
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    assert!(
        text.contains("the kernel refuses eBPF programs although"),
        "{text}"
    );
    assert!(text.contains("outside of rootless containers"), "{text}");
    patient.is_healed("ebpf_refused")
}

#[tokio::test]
async fn a_clock_that_follows_no_other() -> Result<()> {
    let (_datadir, mut patient) = somewhere()?;
    let state = patient.directory.path().join("synchronised");
    let state = state.display();
    patient.script(
        "timedatectl",
        &format!(
            "case $1 in set-ntp) touch {state};; *) test -e {state} && echo yes || echo no;; esac"
        ),
    )?;
    patient.heal("clock_not_synchronised").await?;

    patient.script("timedatectl", "exit 1")?;
    patient.script(
        "chronyc",
        "echo '0,,0,0,0,0,0,0,0,0,0,0,0,Not synchronised'",
    )?;
    patient.is_found("clock_not_synchronised", "chronyc -a makestep")?;
    patient.script("chronyc", "echo '0,,0,0,0,0,0,0,0,0,0,0,0,Normal'")?;
    patient.is_healed("clock_not_synchronised")
}

#[tokio::test]
async fn disks_that_are_full() -> Result<()> {
    let (datadir, mut patient) = somewhere()?;
    let datadir = datadir.path().display();
    let disk = |size: &str| format!("mount -t tmpfs -o size={size} none {datadir}");
    patient.mount(&disk("64m"));
    patient.is_found("disk_full", "free 0.9 GiB")?;
    patient.mount(&disk("3g"));
    patient.is_found("disk_low", "free 7.0 GiB")?;
    patient.is_healed("disk_full")?;
    patient.mount(&disk("30g"));
    patient.is_healed("disk_low")?;

    patient.mount("mount -t tmpfs -o size=64m none /var/lib");
    patient.is_found("archive_disk_low", "archives elsewhere")?;
    patient.mount("mount -t tmpfs -o size=30g none /var/lib");
    patient.is_healed("archive_disk_low")
}

#[tokio::test]
async fn an_archive_that_nobody_can_write() -> Result<()> {
    let (_datadir, mut patient) = somewhere()?;
    let archive = patient.directory.path().join("archive");
    std::fs::create_dir(&archive)?;
    let shown = archive.display().to_string();
    patient.set("archive.directory", shown.clone().into());
    patient.mount(&format!("mount -t tmpfs -o ro,size=2g none {shown}"));
    patient.is_found("archive_not_writable", "name another `directory`")?;
    patient.mount(&format!("mount -t tmpfs -o size=2g none {shown}"));
    patient.is_healed("archive_not_writable")
}

#[tokio::test]
async fn an_archive_on_a_full_disk() -> Result<()> {
    let (_datadir, mut patient) = somewhere()?;
    let archive = patient.directory.path().join("archive");
    std::fs::create_dir(&archive)?;
    let shown = archive.display().to_string();
    patient.set("archive.directory", shown.clone().into());
    patient.mount(&format!("mount -t tmpfs -o size=10m none {shown}"));
    patient.is_found("archive_disk_full", "archives elsewhere")?;
    patient.mount(&format!("mount -t tmpfs -o size=2g none {shown}"));
    patient.is_healed("archive_disk_full")
}
