//! Events as Parquet tables and as lines of JSON, for analysis elsewhere.
