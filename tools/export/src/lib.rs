//! Events as Parquet tables and as lines of JSON, for analysis elsewhere.
//!
//! `docs/export.md` says what the tables hold, `docs/analysis.md` what can be
//! asked of them.

mod column;
mod columns;
mod error;
mod export;
mod json_lines;
mod options;
mod output;
mod part;
mod partition;
mod reference;
mod summary;
mod table;
mod tables;
mod views;

pub use error::ExportError;
pub use export::ParquetExport;
pub use json_lines::{JsonLinesExport, JsonLinesSummary};
pub use options::ParquetOptions;
pub use reference::reference;
pub use summary::{ExportSummary, TableSummary};
