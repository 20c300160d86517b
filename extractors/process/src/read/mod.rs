//! Reading a process's files in `/proc`: they are opened once where that
//! saves time, and read into one buffer.

mod cost;
mod cpu_time;
mod file;
mod open_files;
mod pressure;
mod reader;
mod rollup;
#[cfg(test)]
mod tests;
mod thread_names;
mod threads;

pub(crate) use file::ReadError;
pub(crate) use reader::Reader;
