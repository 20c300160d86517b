//! Tool: records events, plays them back, cuts and merges archives.
