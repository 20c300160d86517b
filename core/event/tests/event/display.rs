use crate::samples;

/// The lines without time and node and, for P2P messages, without the peer.
fn short_lines() -> Vec<String> {
    let lines = samples::events().into_iter().map(|event| event.to_string());
    let without_time = |line: String| {
        let (time, line) = line
            .split_once(" alice ")
            .expect("time and node come first");
        assert_eq!(time, "14:13:20.123456");
        line.replace(" inbound  peer=3 127.0.0.1:5000 inbound 8 B", "")
            .trim_end()
            .to_owned()
    };
    lines.map(without_time).collect()
}

/// The lines themselves, so that a change shows.
#[test]
fn every_event_is_one_short_line() {
    let expected = include_str!("lines.txt").replace("HASH", samples::HASH);
    let lines = short_lines();
    assert_eq!(lines.join("\n"), expected.trim_end());
    assert!(lines.iter().all(|line| line.len() < 250));
}
