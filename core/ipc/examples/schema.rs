//! Makes the Rust code in `src/schema` from the definitions in `schema`:
//!
//! ```text
//! cargo run -p peer-observer-ipc --example schema [DIRECTORY]
//! ```
//!
//! Needs the program `capnp` (Debian: `capnproto`), which nothing else does.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

const NAMES: [&str; 6] = ["common", "echo", "init", "mining", "proxy", "rpc"];

fn main() -> Result<(), Box<dyn Error>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = env::args_os()
        .nth(1)
        .map_or_else(|| package.join("src/schema"), PathBuf::from);
    let definitions = package.join("schema");
    let mut command = capnpc::CompilerCommand::new();
    command
        .src_prefix(&definitions)
        .output_path(target)
        .default_parent_module(vec!["schema".to_owned()]);
    for name in NAMES {
        command.file(definitions.join(format!("{name}.capnp")));
    }
    Ok(command.run()?)
}
