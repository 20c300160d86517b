//! The texts in `/proc`, as proc(5) describes them. Nothing here trusts its
//! input: what has another form is `None`.

mod cgroup;
mod fields;
mod io;
mod limits;
mod pressure;
mod schedstat;
mod smaps_rollup;
mod stat;
mod status;
#[cfg(test)]
mod tests;

pub(crate) use cgroup::{Mount, cgroup2_mount, path_in_cgroup2};
pub(crate) use io::io;
pub(crate) use limits::open_files_limit;
pub(crate) use pressure::pressure;
pub(crate) use schedstat::{Schedstat, schedstat};
pub(crate) use smaps_rollup::smaps_rollup;
pub(crate) use stat::stat;
pub(crate) use status::{Switches, memory, switches};
