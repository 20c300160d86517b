#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use proptest::prelude::*;

use super::*;

/// What became of an entry: text, bytes, lines, cut, unterminated.
type Seen = (String, u64, u32, bool, bool);

fn push(entries: &mut Entries, bytes: &[u8]) {
    let taken = entries
        .fill(|space| {
            space[..bytes.len()].copy_from_slice(bytes);
            Ok(bytes.len())
        })
        .unwrap();
    assert_eq!(taken, bytes.len());
}

fn take(entries: &mut Entries, rest: Rest, seen: &mut Vec<Seen>) {
    while let Some(entry) = entries.next(rest) {
        let text = String::from_utf8_lossy(entry.text).into_owned();
        assert!(entry.text.len() <= KEPT_BYTES);
        let (bytes, lines) = (entry.bytes, entry.lines);
        seen.push((text, bytes, lines, entry.cut, entry.unterminated));
    }
}

/// The entries of a log that comes in these pieces.
fn all(pieces: &[&[u8]]) -> Vec<Seen> {
    let (mut entries, mut seen) = (Entries::new(), Vec::new());
    for piece in pieces {
        push(&mut entries, piece);
        take(&mut entries, Rest::Coming, &mut seen);
    }
    take(&mut entries, Rest::Nothing, &mut seen);
    seen
}

fn whole(text: &str, bytes: u64, lines: u32) -> Seen {
    (text.to_owned(), bytes, lines, false, false)
}

#[test]
fn lines_without_a_time_belong_to_the_one_before_that_has_one() {
    let log = "\n\n\n\n\n2026-01-01T00:00:00Z one\n  more\n\nof it\n\n\
               [*] 2026-01-01T00:00:00Z two\n2026-01-01T00:00:00Z [x\n";
    let seen = all(&[log.as_bytes()]);
    let expected = [
        whole("", 5, 5),
        whole("2026-01-01T00:00:00Z one\n  more\n\nof it", 39, 4),
        whole("", 1, 1),
        whole("[*] 2026-01-01T00:00:00Z two", 29, 1),
        whole("2026-01-01T00:00:00Z [x", 24, 1),
    ];
    assert_eq!(seen, expected);
    let bytes: Vec<&[u8]> = log.as_bytes().chunks(1).collect();
    assert_eq!(all(&bytes), expected);
}

#[test]
fn without_times_each_line_is_for_itself() {
    let seen = all(&[b"one\ntwo\n2026 was\n"]);
    let expected = [
        whole("one", 4, 1),
        whole("two", 4, 1),
        whole("2026 was", 9, 1),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_node_that_starts_begins_something_new() {
    let seen = all(&[
        b"2026-01-01T00:00:00Z last\n",
        b"\n\n\n\n\n",
        b"no times now\n",
    ]);
    assert_eq!(seen[1..], [whole("", 5, 5), whole("no times now", 13, 1)]);
    let mut entries = Entries::new();
    push(&mut entries, b"\n\n\n\n\n");
    assert!(entries.next(Rest::Late).unwrap().is_start_mark());
}

#[test]
fn a_half_written_line_waits_for_its_end_and_a_whole_one_not_for_long() {
    let (mut entries, mut seen) = (Entries::new(), Vec::new());
    push(&mut entries, b"2026-01-01T00:00:00Z one\n2026-01-01T00");
    take(&mut entries, Rest::Coming, &mut seen);
    assert_eq!(seen, []);
    take(&mut entries, Rest::Late, &mut seen);
    assert_eq!(seen, [whole("2026-01-01T00:00:00Z one", 25, 1)]);
    push(&mut entries, b":00:00Z two\n");
    take(&mut entries, Rest::Late, &mut seen);
    assert_eq!(seen[1..], [whole("2026-01-01T00:00:00Z two", 25, 1)]);
    push(&mut entries, b"half");
    take(&mut entries, Rest::Late, &mut seen);
    assert_eq!(seen.len(), 2);
    take(&mut entries, Rest::Nothing, &mut seen);
    assert_eq!(seen[2..], [("half".to_owned(), 4, 1, false, true)]);
}

#[test]
fn long_lines_are_cut_and_long_outputs_are_not_joined() {
    let ten_megabytes = vec![b'x'; 10 << 20];
    let mut pieces: Vec<&[u8]> = ten_megabytes.chunks(100_000).collect();
    pieces.push(b"\nshort\n");
    let seen = all(&pieces);
    assert_eq!(seen[0].0.len(), KEPT_BYTES);
    assert_eq!(seen[0].1, (10 << 20) + 1);
    assert_eq!((seen[0].3, seen[0].4), (true, false));
    assert_eq!(seen[1..], [whole("short", 6, 1)]);
    assert_eq!(
        all(&pieces[..3]),
        [("x".repeat(KEPT_BYTES), 300_000, 1, true, true)]
    );

    let mut log = b"2026-01-01T00:00:00Z one\n".to_vec();
    log.extend(b"more\n".repeat(200));
    let seen = all(&[&log]);
    assert_eq!(seen[0].2, MOST_LINES as u32);
    assert_eq!(seen[1], whole("more", 5, 1));
    assert_eq!(
        seen.iter().map(|entry| entry.1).sum::<u64>(),
        log.len() as u64
    );
}

/// Pieces of what can be in a log, and of what cannot.
fn any_log() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"2026-01-01T00:00:00Z [net] a message\n".to_vec()),
        Just(b"[*] 2026-01-01T00:00:00.123456Z b".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"  more of it\n".to_vec()),
        (0..3 * KEPT_BYTES).prop_map(|length| vec![b'y'; length]),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_byte_is_in_one_entry_however_they_come(
        log in any_log(),
        cuts in prop::collection::vec((1..20_000usize, 0..3u8), 1..30),
    ) {
        let (mut entries, mut seen) = (Entries::new(), Vec::new());
        let mut rest = &log[..];
        for (length, mood) in cuts.into_iter().cycle() {
            let (piece, behind) = rest.split_at(length.min(rest.len()));
            push(&mut entries, piece);
            take(&mut entries, Rest::Coming, &mut seen);
            if mood == 0 {
                take(&mut entries, Rest::Late, &mut seen);
            }
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
        take(&mut entries, Rest::Nothing, &mut seen);
        prop_assert_eq!(seen.iter().map(|entry| entry.1).sum::<u64>(), log.len() as u64);
        let lines: u32 = seen.iter().map(|entry| entry.2).sum();
        let ends = log.iter().filter(|byte| **byte == b'\n').count();
        let open = usize::from(!log.is_empty() && !log.ends_with(b"\n"));
        prop_assert_eq!(lines as usize, ends + open);
    }
}
