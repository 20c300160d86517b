//! A client of Bitcoin Core's IPC interface.
