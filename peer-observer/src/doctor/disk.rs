//! Is there room on the disks?

use std::path::{Path, PathBuf};

use rustix::fs::Access;

use super::access::may;
use super::report::{Area, Findings, Fix};
use super::shell;
use crate::config::ArchiveConfig;

const GIB: u64 = 1 << 30;

/// Below this a node soon ends by itself: Core stops when less than 50 MiB are
/// left, and a block with its undo data and the index takes some of that at once.
const TOO_LITTLE: u64 = GIB;

/// Below this somebody should look: the main chain grows by half of it in a week.
const LITTLE: u64 = 10 * GIB;

/// Where an archive of events is kept unless told otherwise.
const ARCHIVE: &str = "/var/lib/peer-observer";

/// Looks at the file system of the node's files.
pub(crate) fn check_datadir(chain_dir: &Path, findings: &mut Findings) {
    let Some(free) = free_bytes(chain_dir) else {
        let shown = chain_dir.display();
        findings.unknown(
            Area::Disk,
            format!("cannot ask for the free space of {shown}"),
        );
        return;
    };
    let text = format!("{} free at {}", gib(free), chain_dir.display());
    let wanted = if free < TOO_LITTLE {
        TOO_LITTLE
    } else if free < LITTLE {
        LITTLE
    } else {
        return findings.ok(Area::Disk, text);
    };
    let fix = Fix::advice(format!(
        "free {} there; what takes it is listed by: du -xh --max-depth=2 {} | sort -h",
        gib(wanted - free),
        shell::quote(chain_dir)
    ));
    match wanted {
        TOO_LITTLE => findings.problem(
            Area::Disk,
            "disk_full",
            format!("only {text}: the node ends when nothing is left"),
            [fix],
        ),
        _ => findings.warning(Area::Disk, "disk_low", format!("only {text}"), [fix]),
    }
}

/// Looks at the file system on which the archive is, or would be.
pub(crate) fn check_archive(config: &ArchiveConfig, findings: &mut Findings) {
    let configured = config.directory.as_deref().filter(|_| config.enabled);
    let folder = configured.unwrap_or(Path::new(ARCHIVE));
    let place = nearest_existing(folder);
    let Some(free) = free_bytes(&place) else {
        let shown = place.display();
        findings.unknown(
            Area::Disk,
            format!("cannot ask for the free space of {shown}"),
        );
        return;
    };
    let shown = folder.display();
    let fix = |wanted: u64| {
        Fix::advice(format!(
            "free {} there, or keep archives elsewhere; what takes it is listed by: \
             du -xh --max-depth=2 {} | sort -h",
            gib(wanted.saturating_sub(free)),
            shell::quote(&place)
        ))
    };
    let keep_free = config.keep_free.bytes();
    if configured.is_some() && free < keep_free {
        findings.problem(
            Area::Disk,
            "archive_disk_full",
            format!("only {} free at {shown}: nothing is recorded", gib(free)),
            [fix(keep_free)],
        );
    } else if free < TOO_LITTLE {
        findings.warning(
            Area::Disk,
            "archive_disk_low",
            format!("only {} free for an archive at {shown}", gib(free)),
            [fix(TOO_LITTLE)],
        );
    } else {
        let text = format!("{} free for an archive at {shown}", gib(free));
        findings.ok(Area::Disk, text);
    }
    if configured.is_some() && !may(&place, Access::WRITE_OK | Access::EXEC_OK) {
        let shown = place.display();
        findings.problem(
            Area::Disk,
            "archive_not_writable",
            format!("nothing can be written into {shown}: nothing is recorded"),
            [Fix::advice(format!(
                "let peer-observer's user write there, or name another `directory` in [archive]: \
                 ls -ld {}",
                shell::quote(&place)
            ))],
        );
    }
}

/// What an ordinary user may still write, in bytes.
fn free_bytes(path: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(path).ok()?;
    Some(about.f_bavail.saturating_mul(about.f_frsize))
}

fn nearest_existing(path: &Path) -> PathBuf {
    let existing = path.ancestors().find(|ancestor| ancestor.exists());
    existing.unwrap_or(Path::new("/")).to_owned()
}

fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / GIB as f64)
}
