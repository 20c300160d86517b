//! Is there room on the disks?

use std::path::{Path, PathBuf};

use super::report::{Area, Findings, Fix};
use super::shell;

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

/// Looks at the file system on which an archive would be.
pub(crate) fn check_archive(findings: &mut Findings) {
    let place = nearest_existing(Path::new(ARCHIVE));
    match free_bytes(&place) {
        Some(free) if free < TOO_LITTLE => findings.warning(
            Area::Disk,
            "archive_disk_low",
            format!("only {} free for an archive at {ARCHIVE}", gib(free)),
            [Fix::advice(format!(
                "free {} there, or keep archives elsewhere; what takes it is listed by: \
                 du -xh --max-depth=2 {} | sort -h",
                gib(TOO_LITTLE - free),
                shell::quote(&place)
            ))],
        ),
        Some(free) => {
            let text = format!("{} free for an archive at {ARCHIVE}", gib(free));
            findings.ok(Area::Disk, text);
        }
        None => findings.unknown(
            Area::Disk,
            format!("cannot ask for the free space of {}", place.display()),
        ),
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
