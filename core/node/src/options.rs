//! A node's options from all their sources, with Core's precedence.

use crate::Chain;
use crate::NodeError;
use crate::command_line::is_true;
use crate::config_file::Setting;

/// Options that in `bitcoin.conf` apply to the main chain alone unless they
/// stand in a chain's section (Core: `ArgsManager::NETWORK_ONLY`).
const NETWORK_ONLY: [&str; 4] = ["addnode", "connect", "rpcport", "rpcbind"];

/// The command line (last one wins), then the chain's section of
/// `bitcoin.conf`, then the part before all sections (first one wins).
pub(crate) struct Options<'a> {
    pub(crate) command_line: &'a [(String, String)],
    pub(crate) config_file: &'a [Setting],
}

/// Where a value of an option stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionSource {
    /// On the command line of the running process.
    CommandLine,
    /// In `bitcoin.conf` or a file that it includes.
    ConfigFile,
}

impl<'a> Options<'a> {
    /// Where the value that counts stands.
    pub(crate) fn source(&self, name: &str) -> OptionSource {
        match self.on_command_line(name) {
            Some(_) => OptionSource::CommandLine,
            None => OptionSource::ConfigFile,
        }
    }

    /// The value that counts.
    pub(crate) fn get(&self, chain: Chain, name: &str) -> Option<&'a str> {
        self.on_command_line(name).or_else(|| {
            let outside = !NETWORK_ONLY.contains(&name) || chain == Chain::Main;
            self.in_config_file(chain.word(), name)
                .or_else(|| outside.then(|| self.in_config_file("", name))?)
        })
    }

    /// All values of an option that can stand several times: Core adds those of
    /// the configuration to those of the command line.
    pub(crate) fn all(&self, chain: Chain, name: &str) -> Vec<&'a str> {
        let outside = !NETWORK_ONLY.contains(&name) || chain == Chain::Main;
        let applies = |section: &str| section == chain.word() || (section.is_empty() && outside);
        let on_command_line = self.command_line.iter().filter(|option| option.0 == name);
        let in_config_file = self
            .config_file
            .iter()
            .filter(|setting| setting.name == name && applies(&setting.section));
        on_command_line
            .map(|(_, value)| &**value)
            .chain(in_config_file.map(|setting| &*setting.value))
            .collect()
    }

    /// Which chain the options choose (Core: `ArgsManager::GetChainArg`);
    /// `None` if they say nothing.
    pub(crate) fn chain(&self) -> Result<Option<Chain>, NodeError> {
        let value = |name| {
            self.on_command_line(name)
                .or_else(|| self.in_config_file("", name))
        };
        let flags = [
            ("regtest", Chain::Regtest),
            ("signet", Chain::Signet),
            ("testnet", Chain::Testnet3),
            ("testnet4", Chain::Testnet4),
        ];
        for (flag, chain) in flags {
            if value(flag).is_some_and(is_true) {
                return Ok(Some(chain));
            }
        }
        Ok(value("chain").map(str::parse).transpose()?)
    }

    fn on_command_line(&self, name: &str) -> Option<&'a str> {
        self.command_line
            .iter()
            .rev()
            .find(|option| option.0 == name)
            .map(|(_, value)| &**value)
    }

    fn in_config_file(&self, section: &str, name: &str) -> Option<&'a str> {
        self.config_file
            .iter()
            .find(|setting| setting.section == section && setting.name == name)
            .map(|setting| &*setting.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(section: &str, name: &str, value: &str) -> Setting {
        Setting {
            section: section.into(),
            name: name.into(),
            value: value.into(),
        }
    }

    #[test]
    fn the_command_line_wins_then_the_section_then_the_rest() {
        let config_file = [
            setting("", "pid", "a"),
            setting("", "pid", "b"),
            setting("signet", "pid", "c"),
        ];
        let command_line = [("pid".into(), "d".into()), ("pid".into(), "e".into())];
        let options = Options {
            command_line: &command_line,
            config_file: &config_file,
        };
        assert_eq!(options.get(Chain::Signet, "pid"), Some("e"));
        let options = Options {
            command_line: &[],
            config_file: &config_file,
        };
        assert_eq!(options.get(Chain::Signet, "pid"), Some("c"));
        assert_eq!(options.get(Chain::Regtest, "pid"), Some("a"));
    }

    #[test]
    fn a_port_outside_the_sections_is_for_the_main_chain() {
        let config_file = [setting("", "rpcport", "1")];
        let options = Options {
            command_line: &[],
            config_file: &config_file,
        };
        assert_eq!(options.get(Chain::Main, "rpcport"), Some("1"));
        assert_eq!(options.get(Chain::Regtest, "rpcport"), None);
    }

    #[test]
    fn an_option_that_can_stand_several_times_has_all_its_values() {
        let config_file = [
            setting("", "addnode", "a"),
            setting("regtest", "addnode", "b"),
            setting("signet", "addnode", "c"),
        ];
        let command_line = [("addnode".into(), "d".into())];
        let options = Options {
            command_line: &command_line,
            config_file: &config_file,
        };
        assert_eq!(options.all(Chain::Main, "addnode"), ["d", "a"]);
        assert_eq!(options.all(Chain::Regtest, "addnode"), ["d", "b"]);
    }

    #[test]
    fn the_chain_is_found_in_every_spelling() {
        for (name, value, expected) in [
            ("regtest", "1", Some(Chain::Regtest)),
            ("signet", "", Some(Chain::Signet)),
            ("testnet", "1", Some(Chain::Testnet3)),
            ("chain", "testnet4", Some(Chain::Testnet4)),
            ("regtest", "0", None),
        ] {
            let command_line = [(name.into(), value.into())];
            let options = Options {
                command_line: &command_line,
                config_file: &[],
            };
            assert_eq!(options.chain().unwrap(), expected, "-{name}={value}");
        }
        let config_file = [setting("", "chain", "moonnet")];
        let options = Options {
            command_line: &[],
            config_file: &config_file,
        };
        assert!(options.chain().unwrap_err().to_string().contains("moonnet"));
    }
}
