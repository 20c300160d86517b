//! Tool: Prometheus metrics.
