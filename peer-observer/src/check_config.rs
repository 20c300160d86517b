//! `check-config`: is the configuration right, and what does it mean in full?

use anyhow::Context;

use crate::cli::SourceArgs;
use crate::config::Config;
use crate::stdout;

/// Checks the configuration and prints it with its defaults.
pub(crate) fn check_config(arguments: &SourceArgs) -> anyhow::Result<()> {
    let config = Config::load(&arguments.source())?;
    if config.web.enabled {
        config.http.token()?;
    }
    let text = config
        .to_toml()
        .context("the configuration cannot be written as TOML")?;
    stdout::print(&format!("# The configuration is valid. In full:\n{text}"))
}
