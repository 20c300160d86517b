//! Extractor: Bitcoin Core's tracepoints through eBPF.
