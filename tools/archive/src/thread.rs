//! Threads that can be told from others in a profile.

use std::thread::Builder;

/// Runs `work` on a thread of this name. Without one `work` is dropped, which
/// whoever waits for it notices.
pub(crate) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    if let Err(error) = Builder::new().name(name.to_owned()).spawn(work) {
        tracing::error!("cannot start the thread `{name}`: {error}");
    }
}
