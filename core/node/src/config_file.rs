//! `bitcoin.conf`, read as Bitcoin Core reads it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::NodeError;
use crate::command_line::affirmative;

/// No honest `bitcoin.conf` is larger.
const SIZE_LIMIT_BYTES: u64 = 1024 * 1024;

/// More included files than this are not read.
const INCLUDE_LIMIT: usize = 32;

/// One setting in the file. Has no `Debug`: it can be a password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The chain's section; empty for the part before all sections.
    pub(crate) section: String,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// Reads the file and those that it includes (one level deep, as Core does).
/// A file that is not there has no settings.
pub(crate) fn read(path: &Path, datadir: &Path) -> Result<Vec<Setting>, NodeError> {
    let mut settings = parse(&text(path)?);
    let included: Vec<String> = settings
        .iter()
        .filter(|setting| setting.name == "includeconf")
        .map(|setting| setting.value.clone())
        .take(INCLUDE_LIMIT)
        .collect();
    for file in included {
        settings.extend(parse(&text(&datadir.join(file))?));
    }
    Ok(settings)
}

fn text(path: &Path) -> Result<String, NodeError> {
    let unreadable = |source| NodeError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut bytes = Vec::new();
    file.take(SIZE_LIMIT_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > SIZE_LIMIT_BYTES {
        return Err(NodeError::TooLarge {
            path: path.to_owned(),
            limit_bytes: SIZE_LIMIT_BYTES,
        });
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// `[section]` lines and `section.name=value` mean the same.
fn parse(text: &str) -> Vec<Setting> {
    let mut heading = String::new();
    let mut settings = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(section) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            heading = section.to_owned();
            continue;
        }
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        let (section, name) = match name.trim().split_once('.') {
            Some((section, name)) if heading.is_empty() => (section, name),
            _ => (heading.as_str(), name.trim()),
        };
        let (name, value) = affirmative(name, value.trim());
        settings.push(Setting {
            section: section.to_owned(),
            name,
            value,
        });
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_prefixes_comments_and_negations() {
        let text = "# a comment\nregtest=1 # another\nnolisten=1\nregtest.rpcport = 1\n\
                    nonsense\n[signet]\nrpcport=2\n[]\nserver=1\n";
        let settings: Vec<_> = parse(text)
            .into_iter()
            .map(|setting| format!("{}/{}/{}", setting.section, setting.name, setting.value))
            .collect();
        assert_eq!(
            settings,
            [
                "/regtest/1",
                "/listen/0",
                "regtest/rpcport/1",
                "signet/rpcport/2",
                "/server/1"
            ]
        );
    }

    #[test]
    fn included_files_count_and_missing_ones_do_not() {
        let datadir = tempfile::tempdir().unwrap();
        let path = datadir.path().join("bitcoin.conf");
        std::fs::write(&path, "includeconf=more.conf\nincludeconf=missing.conf\n").unwrap();
        std::fs::write(datadir.path().join("more.conf"), "signet=1\n").unwrap();
        let settings = read(&path, datadir.path()).unwrap();
        assert!(settings.iter().any(|setting| setting.name == "signet"));
    }

    #[test]
    fn an_endless_file_is_refused() {
        let error = read(Path::new("/dev/zero"), Path::new("/")).err();
        assert!(matches!(error, Some(NodeError::TooLarge { .. })));
    }
}
