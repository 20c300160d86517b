//! Where a node writes its log.

use std::path::{Path, PathBuf};

use crate::OptionSource;

/// Core's `DEFAULT_DEBUGLOGFILE`.
const DEFAULT_NAME: &str = "debug.log";

/// Where a node writes its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DebugLog {
    /// Into this file, which need not be there yet.
    File(PathBuf),
    /// Nowhere (`-nodebuglogfile`): says where it was told so.
    Off(OptionSource),
}

impl DebugLog {
    /// By the option `debuglogfile`, whose relative paths begin in the chain's
    /// directory (Core: `AbsPathForConfigVal`).
    pub(crate) fn of(option: Option<(String, OptionSource)>, chain_dir: &Path) -> DebugLog {
        match option {
            Some((value, source)) if value == "0" => DebugLog::Off(source),
            Some((value, _)) if !value.is_empty() => DebugLog::File(chain_dir.join(value)),
            _ => DebugLog::File(chain_dir.join(DEFAULT_NAME)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_is_read_as_core_reads_it() {
        let of = |value: Option<&str>| {
            let option = value.map(|value| (value.to_owned(), OptionSource::ConfigFile));
            DebugLog::of(option, Path::new("/d/regtest"))
        };
        let file = |path: &str| DebugLog::File(path.into());
        assert_eq!(of(None), file("/d/regtest/debug.log"));
        assert_eq!(of(Some("")), file("/d/regtest/debug.log"));
        assert_eq!(of(Some("b.log")), file("/d/regtest/b.log"));
        assert_eq!(of(Some("/var/log/b.log")), file("/var/log/b.log"));
        assert_eq!(of(Some("0")), DebugLog::Off(OptionSource::ConfigFile));
    }
}
