//! A real Bitcoin Core node and helpers for tests.
