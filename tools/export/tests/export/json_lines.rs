//! Lines of JSON.

use peer_observer_export::JsonLinesExport;

use crate::filled::events;

#[test]
fn each_event_is_a_line() {
    let events = events();
    let mut text = Vec::new();
    let mut export = JsonLinesExport::new(&mut text);
    for event in &events {
        export.push(event).expect("memory can be written to");
    }
    let summary = export.finish().expect("memory can be written to");
    assert_eq!(summary.lines, events.len() as u64);
    assert_eq!(summary.bytes, text.len() as u64);
    let text = String::from_utf8(text).expect("JSON is text");
    let lines: Vec<&str> = text.lines().collect();
    let expected: Vec<String> = events.iter().map(|event| event.to_json()).collect();
    assert_eq!(lines, expected);
}

#[test]
fn a_line_that_cannot_be_written_is_an_error() {
    let mut too_small = [0; 10];
    let mut export = JsonLinesExport::new(&mut too_small[..]);
    let error = export.push(&events()[0]).expect_err("there is no room");
    assert_eq!(error.to_string(), "cannot write a line of JSON");
}
