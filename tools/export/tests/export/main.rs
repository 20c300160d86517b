//! What users of an export rely on: DuckDB reads the tables, every event is
//! there with what it holds, and the documents are true.

mod analysis;
mod duckdb;
mod filled;
mod folders;
mod json_lines;
mod recording;
mod reference;
mod tables;
