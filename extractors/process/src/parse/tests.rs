//! The forms that the kernel writes, and forms that nobody expects.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::smaps_rollup::Rollup;
use super::stat::Stat;
use super::*;

const STATUS: &[u8] = include_bytes!("samples/status");
const ROLLUP: &[u8] = include_bytes!("samples/smaps_rollup");

#[test]
fn a_strange_name_does_not_shift_the_fields() {
    let rest = "S 1 2 3 0 -1 4194304 9895 1 6 2 60 30 7 8 20 0 42 0 3719591 1419214848";
    for name in ["b-msghand", "a) R 1 (", ") ) (", "", "two\nlines"] {
        let text = format!("3660 ({name}) {rest}\n");
        let expected = Stat {
            name: name.as_bytes(),
            has_ended: false,
            minor_faults: 9895,
            major_faults: 6,
            user_ticks: 60,
            system_ticks: 30,
            thread_count: 42,
        };
        assert_eq!(stat(text.as_bytes()), Some(expected));
    }
    let zombie = format!("3660 (b-shutoff) {}", rest.replacen('S', "Z", 1));
    assert!(stat(zombie.as_bytes()).unwrap().has_ended);
    assert_eq!(stat(b"3660 (cut) S 1 2 3"), None);
    assert_eq!(stat(b") 3660 ("), None);
}

#[test]
fn the_scheduler_may_keep_no_figures() {
    let busy = schedstat(b"84725391 70629613 132\n").unwrap();
    assert_eq!((busy.run_ns, busy.wait_ns), (84_725_391, 70_629_613));
    assert!(busy.is_kept());
    assert!(!schedstat(b"0 0 0\n").unwrap().is_kept());
    assert_eq!(schedstat(b"1 2"), None);
    assert_eq!(schedstat(b"1 -2 3"), None);
}

#[test]
fn memory_and_switches_are_in_status() {
    let memory = memory(STATUS).unwrap();
    assert_eq!(memory.anonymous_bytes, 37_636 * 1024);
    assert_eq!(memory.file_bytes, 14_048 * 1024);
    assert_eq!(memory.shared_bytes, 4 * 1024);
    assert_eq!(memory.swap_bytes, 8 * 1024);
    assert_eq!(memory.virtual_bytes, 1_385_952 * 1024);
    assert_eq!(memory.peak_resident_bytes, 51_684 * 1024);
    let expected = Switches {
        voluntary: 64,
        involuntary: 68,
    };
    assert_eq!(switches(STATUS), Some(expected));
}

#[test]
fn a_process_that_ends_has_no_memory_any_more() {
    assert_eq!(memory(b"Name:\tbitcoind\nState:\tZ (zombie)\n"), None);
}

#[test]
fn the_rollup_adds_up_what_is_private() {
    let expected = Rollup {
        proportional_bytes: 48_542 * 1024,
        private_bytes: (9_936 + 37_636) * 1024,
        swap_bytes: 12 * 1024,
    };
    assert_eq!(smaps_rollup(ROLLUP), Some(expected));
    assert_eq!(smaps_rollup(b"Rss: 1 kB\n"), None);
}

#[test]
fn the_limit_of_open_files_can_be_none() {
    let text = |soft: &str| {
        format!(
            "Limit            Soft Limit  Hard Limit  Units\n\
             Max processes    96365       96365       processes\n\
             Max open files   {soft}       20000       files\n"
        )
    };
    assert_eq!(open_files_limit(text("1024").as_bytes()), Some(1024));
    assert_eq!(open_files_limit(text("unlimited").as_bytes()), None);
}

#[test]
fn io_is_read_and_written_through_calls_and_on_the_disk() {
    let text = b"rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\n\
                 cancelled_write_bytes: 7\n";
    let usage = io(text).unwrap();
    assert_eq!((usage.read_call_bytes, usage.write_call_bytes), (1, 2));
    assert_eq!((usage.read_calls, usage.write_calls), (3, 4));
    assert_eq!((usage.read_bytes, usage.written_bytes), (5, 6));
    assert_eq!(io(b"rchar: 1\n"), None);
}

#[test]
fn older_kernels_do_not_tell_when_all_waited_for_a_cpu() {
    let some = "some avg10=0.34 avg60=0.87 avg300=0.66 total=10213072002\n";
    let both = format!("{some}full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
    let stalled = |text: &str| pressure(text.as_bytes()).unwrap();
    assert_eq!(stalled(some).some_us, 10_213_072_002);
    assert_eq!(stalled(some).full_us, None);
    assert_eq!(stalled(&both).full_us, Some(7));
}

#[test]
fn the_cgroup_is_found_below_its_mount() {
    let mounts = "23 1 0:21 / /proc rw,relatime - proc proc rw\n\
        41 31 0:38 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
    let mount = cgroup2_mount(mounts).unwrap();
    let of = |text: &str| mount.directory(path_in_cgroup2(text)?);
    let expected = PathBuf::from("/sys/fs/cgroup/system.slice/bitcoind.service");
    let hybrid = "4:memory:/x\n0::/system.slice/bitcoind.service\n";
    assert_eq!(of(hybrid), Some(expected));
    // The root is the machine; what is outside of our namespace cannot be seen.
    for outside in ["0::/\n", "0::/../other\n", "1:cpu:/x\n", "0::relative\n"] {
        assert_eq!(of(outside), None, "{outside}");
    }
    let inner = cgroup2_mount("9 1 0:38 /a /mnt rw - cgroup2 none rw").unwrap();
    let inside = inner.directory(Path::new("/a/b"));
    assert_eq!(inside, Some(PathBuf::from("/mnt/b")));
    assert_eq!(inner.directory(Path::new("/c")), None);
}

/// Text that has something of the form that is expected.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let words = r"[a-zA-Z_]{0,12}[:= ()\[\]\n]{0,3}[0-9]{0,22}( kB)?\n?";
    let known = prop::sample::select(vec![
        "Max open files",
        "some total=",
        "0::/",
        "VmHWM:",
        "Pss:",
        "voluntary_ctxt_switches:",
        " - cgroup2 ",
        "(",
        ")",
    ]);
    let part = prop_oneof![known.prop_map(str::to_owned), words];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #[test]
    fn no_text_is_too_strange(
        text in prop_oneof![prop::collection::vec(any::<u8>(), 0..2_000), nearly()]
    ) {
        let _ = (stat(&text), schedstat(&text), memory(&text), switches(&text));
        let _ = (io(&text), open_files_limit(&text), smaps_rollup(&text), pressure(&text));
        let text = String::from_utf8_lossy(&text);
        if let Some(mount) = cgroup2_mount(&text) {
            let _ = mount.directory(Path::new(&*text));
        }
        let _ = path_in_cgroup2(&text);
    }

    #[test]
    fn whatever_a_thread_is_called_its_numbers_are_read(
        name in prop::collection::vec(1..=u8::MAX, 0..=15),
        user in any::<u64>(),
        system in any::<u64>(),
    ) {
        let mut text = b"1 (".to_vec();
        text.extend(&name);
        let rest = format!(") R 1 2 3 0 -1 4194304 1 0 2 0 {user} {system} 0 0 20 0 9 0 5");
        text.extend(rest.as_bytes());
        let read = stat(&text).unwrap();
        prop_assert_eq!(read.name, &name[..]);
        prop_assert_eq!((read.user_ticks, read.system_ticks, read.thread_count), (user, system, 9));
    }
}
