//! Traffic on regtest, for demos, tests and benches.
