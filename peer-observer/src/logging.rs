//! What peer-observer says about itself, on standard error. `RUST_LOG` says how much.

use std::io::{IsTerminal, stderr};

use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{Directive, LevelFilter};

use crate::config::LogFormat;

/// The NATS client's own messages.
const CLIENT: &str = "async_nats";

/// Begins logging, once per process: `least` and above unless `RUST_LOG` says otherwise.
pub(crate) fn start(format: LogFormat, least: Level) {
    let mut filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::from_level(least).into())
        .from_env_lossy();
    // Ours say more of what the NATS client says too.
    let is_wanted = std::env::var(EnvFilter::DEFAULT_ENV).is_ok_and(|said| said.contains(CLIENT));
    if let Ok(silence) = format!("{CLIENT}=off").parse::<Directive>()
        && !is_wanted
    {
        filter = filter.add_directive(silence);
    }
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr);
    match format {
        LogFormat::Json => subscriber.json().init(),
        LogFormat::Text => {
            let colours = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            subscriber.with_ansi(colours).with_target(false).init();
        }
    }
}
