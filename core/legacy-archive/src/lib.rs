//! Reads archives of the existing peer-observer system (`.bin`, `.bin.zst`) as events of ours.
