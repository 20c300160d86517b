//! Pressure stall information.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use peer_observer_event::ProcessSample;
use peer_observer_process::ProcessExtractorSettings;
use testkit::Node;

use crate::observed::{FAST, Observed};

const WITH_PRESSURE: ProcessExtractorSettings = ProcessExtractorSettings {
    pressure: true,
    ..FAST
};

/// A cgroup that is removed when this is dropped.
struct Cgroup(PathBuf);

impl Cgroup {
    /// `None` where this machine does not let us: no version 2, or read-only.
    fn new() -> Option<Cgroup> {
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let mount = mounts.lines().find(|line| line.contains(" - cgroup2 "))?;
        let root = Path::new(mount.split(' ').nth(4)?);
        let path = root.join(format!("peer-observer-test-{}", std::process::id()));
        fs::create_dir(&path).ok()?;
        let cgroup = Cgroup(path);
        cgroup.0.join("cpu.pressure").exists().then_some(cgroup)
    }

    fn take(&self, pid: u32) -> Result<()> {
        Ok(fs::write(self.0.join("cgroup.procs"), pid.to_string())?)
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        fs::remove_dir(&self.0).ok();
    }
}

fn scopes(sample: &ProcessSample) -> Vec<(&str, &str)> {
    let of = sample.pressure.iter();
    of.map(|stall| (&*stall.resource, &*stall.scope)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_machine_else_of_the_cgroup() -> Result<()> {
    let cgroup = Cgroup::new();
    let node = Node::start().await?;
    let mut observed = Observed::start(node.settings(), WITH_PRESSURE);
    let sample = observed.sample().await?;
    let resources = ["cpu", "memory", "io"];
    assert_eq!(
        sample
            .pressure
            .iter()
            .map(|stall| &*stall.resource)
            .collect::<Vec<_>>(),
        resources
    );
    assert!(
        sample
            .pressure
            .iter()
            .all(|stall| stall.some_seconds >= 0.0)
    );
    let Some(cgroup) = &cgroup else {
        eprintln!("no cgroup can be made here: only the machine's pressure was looked at");
        return Ok(());
    };

    cgroup.take(node.pid()?)?;
    let sample = observed.fresh_sample().await?;
    assert_eq!(
        scopes(&sample),
        resources.map(|resource| (resource, "cgroup"))
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn not_unless_it_is_wanted() -> Result<()> {
    let node = Node::start().await?;
    let mut observed = Observed::start(node.settings(), FAST);
    assert_eq!(observed.sample().await?.pressure, []);
    Ok(())
}
