//! Bytes from the ring buffer: whatever they are, parsing them does not panic,
//! and what is accepted says nothing that is not in the bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use peer_observer_ebpf::record::{Fields, Record};

fuzz_target!(|bytes: &[u8]| {
    // Most random numbers are no tracepoint: also try the bytes as each of the 16.
    let _ = Record::parse(bytes);
    let mut record = bytes.to_vec();
    for tracepoint in 0..16u32 {
        if let Some(number) = record.get_mut(8..12) {
            number.copy_from_slice(&tracepoint.to_ne_bytes());
        }
        let Ok(parsed) = Record::parse(&record) else { continue };
        assert_eq!(parsed.tracepoint as u32, tracepoint);
        if let Fields::Message { payload, command, address, .. } = parsed.fields {
            assert!(payload.len() + command.len() + address.len() < record.len());
            assert!(!command.contains(&0) && !address.contains(&0));
        }
    }
});
