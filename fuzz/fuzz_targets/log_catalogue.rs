//! A catalogue of log templates and a message, whatever they are: nothing
//! panics, and what is found of the message is in it, in that order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use peer_observer_log::catalogue::{Catalogue, MAX_PARAMETERS};

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    // The first line is the message, the others are the catalogue.
    let (message, file) = text.split_once('\n').unwrap_or((&text, ""));
    check(Catalogue::built_in(), message);
    if let Ok(catalogue) = Catalogue::parse(file) {
        check(&catalogue, message);
        for template in catalogue.templates() {
            check(&catalogue, &template.text);
        }
    }
});

fn check(catalogue: &Catalogue, message: &str) {
    for category in ["", "net", "bench"] {
        let Some(found) = catalogue.find(message, category) else {
            continue;
        };
        assert!(found.parameters.len() <= MAX_PARAMETERS);
        let mut end = message.as_ptr() as usize;
        for parameter in &found.parameters {
            let start = parameter.text.as_ptr() as usize;
            assert!(start >= end);
            end = start + parameter.text.len();
        }
        assert!(end <= message.as_ptr() as usize + message.len());
    }
}
