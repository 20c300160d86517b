//! A node's command line, read as Bitcoin Core's `ArgsManager` reads it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// A node's command line, as far as it consists of options.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct CommandLine {
    /// The program's name as it was started.
    pub(crate) program: String,
    /// Names without dashes, in the order in which they stand.
    pub(crate) options: Vec<(String, String)>,
}

impl CommandLine {
    /// Reads the content of `/proc/PID/cmdline`: arguments, each with a NUL
    /// byte behind it.
    pub(crate) fn parse(bytes: &[u8]) -> CommandLine {
        let mut arguments = bytes
            .split(|byte| *byte == 0)
            .map(|bytes| OsStr::from_bytes(bytes).to_string_lossy());
        let program = arguments.next().unwrap_or_default().into_owned();
        let options = arguments
            .filter_map(|argument| {
                let option = argument
                    .strip_prefix("--")
                    .or_else(|| argument.strip_prefix('-'))?;
                let (name, value) = option.split_once('=').unwrap_or((option, ""));
                Some(affirmative(name, value))
            })
            .collect();
        CommandLine { program, options }
    }
}

/// Resolves Core's negation: `-nolisten` is `listen=0`, `-nolisten=0` is `listen=1`.
pub(crate) fn affirmative(name: &str, value: &str) -> (String, String) {
    match name.strip_prefix("no") {
        Some(name) => (
            name.to_owned(),
            if is_true(value) { "0" } else { "1" }.to_owned(),
        ),
        None => (name.to_owned(), value.to_owned()),
    }
}

/// Core's `InterpretBool`: nothing is true, a number is true unless it is 0.
pub(crate) fn is_true(value: &str) -> bool {
    let digits = value.trim_start().trim_start_matches(['+', '-']);
    value.is_empty()
        || digits
            .bytes()
            .take_while(u8::is_ascii_digit)
            .any(|digit| digit != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dashes_values_and_negations() {
        let line = CommandLine::parse(
            b"/usr/bin/bitcoind\0-regtest\0--rpcport=18000\0-datadir=/d=e f\0-nolisten\0-noserver=0\0",
        );
        assert_eq!(line.program, "/usr/bin/bitcoind");
        let options: Vec<_> = line
            .options
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            options,
            [
                ("regtest", ""),
                ("rpcport", "18000"),
                ("datadir", "/d=e f"),
                ("listen", "0"),
                ("server", "1")
            ]
        );
    }

    #[test]
    fn booleans_are_read_as_core_reads_them() {
        for (text, expected) in [
            ("", true),
            ("1", true),
            ("0", false),
            ("yes", false),
            ("2", true),
        ] {
            assert_eq!(is_true(text), expected, "{text:?}");
        }
    }
}
