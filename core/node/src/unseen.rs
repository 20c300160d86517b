//! Why a node that runs is not seen: `/proc` can hide processes of others, and
//! has none of other PID namespaces.

use std::fs::{self, File};

use rustix::io::retry_on_intr;
use rustix::process::{Flock, FlockType, fcntl_getlk};

use crate::{Chain, Node};

/// A node runs, or may run, but has no process for us.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unseen {
    /// `/proc` hides the processes of other users.
    #[error(
        "the node's process {}cannot be seen: /proc is mounted with {option}; run as the node's \
         user or as root, or join the group that is exempt (gid= of the mount; under systemd: \
         ProtectProc=default)",
        pid.map(|pid| format!("{pid} ")).unwrap_or_default()
    )]
    Hidden {
        /// The process, where the kernel tells.
        pid: Option<u32>,
        /// The option of the mount.
        option: String,
    },
    /// The node's lock is held by a process that has no number here.
    #[error(
        "the node runs in a PID namespace that is not seen from here, such as another container's; \
         run peer-observer on the host or in that namespace (docker run --pid=container:NODE, \
         shareProcessNamespace of a Kubernetes pod)"
    )]
    OtherNamespace,
}

impl Unseen {
    /// That `/proc` hides a process, if it is mounted in such a way.
    pub fn by_mount(pid: Option<u32>) -> Option<Unseen> {
        let option = hiding_option(&fs::read_to_string("/proc/self/mountinfo").ok()?)?;
        Some(Unseen::Hidden { pid, option })
    }
}

impl Node {
    /// Why [`Node::process`] finds no process although the node runs, or may
    /// run; `None` where nothing speaks for that.
    pub fn unseen(&self) -> Option<Unseen> {
        // Where nobody says which chain it is, it is found by the process too.
        let chains = match self.settings().chain {
            Some(chain) => vec![chain],
            None => Chain::ALL.to_vec(),
        };
        let lock = |chain: Chain| chain.directory(self.datadir()).join(".lock");
        // Opening and closing it is harmless: we hold no lock of our own.
        let locks = chains.into_iter().flat_map(|chain| File::open(lock(chain)));
        let mut readable = false;
        for lock in locks {
            readable = true;
            let holder = retry_on_intr(|| fcntl_getlk(&lock, &Flock::from(FlockType::WriteLock)));
            let Ok(Some(holder)) = holder else { continue };
            let pid = holder.pid.map(|pid| pid.as_raw_nonzero().get());
            return match pid.and_then(|pid| u32::try_from(pid).ok()) {
                None => Some(Unseen::OtherNamespace),
                Some(pid) if fs::read(format!("/proc/{pid}/stat")).is_ok() => None,
                Some(pid) => Unseen::by_mount(Some(pid)),
            };
        }
        // Nobody holds a lock, or there is none that we may look at.
        (!readable).then(|| Unseen::by_mount(None)).flatten()
    }
}

/// The option with which `/proc` is mounted if it hides processes, as in
/// `23 1 0:21 / /proc rw,relatime - proc proc rw,gid=27,hidepid=invisible`.
fn hiding_option(mountinfo: &str) -> Option<String> {
    // Of mounts on top of each other the last one is seen.
    let mount = mountinfo
        .lines()
        .rfind(|line| line.split(' ').nth(4) == Some("/proc"))?;
    let (_, file_system) = mount.split_once(" - ")?;
    let option = file_system
        .split([' ', ','])
        .find(|option| option.starts_with("hidepid="))?;
    (!matches!(option, "hidepid=0" | "hidepid=off")).then(|| option.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_mount_on_proc_counts() {
        let line = |options: &str| format!("23 1 0:21 / /proc rw,relatime - proc proc {options}\n");
        assert_eq!(hiding_option(&line("rw")), None);
        assert_eq!(hiding_option(&line("rw,hidepid=0")), None);
        let hiding = line("rw,gid=27,hidepid=invisible");
        let option = Some("hidepid=invisible".to_owned());
        assert_eq!(hiding_option(&hiding), option);
        assert_eq!(hiding_option(&format!("{}{hiding}", line("rw"))), option);
        assert_eq!(hiding_option(&format!("{hiding}{}", line("rw"))), None);
        assert_eq!(hiding_option("no mountinfo"), None);
    }
}
