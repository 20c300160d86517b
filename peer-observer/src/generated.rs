//! `completions` and `man`: made from the command line's own description.

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::{Cli, CompletionsArgs, ManArgs, ShellName};
use crate::stdout;

/// Prints the completions.
pub(crate) fn completions(arguments: &CompletionsArgs) -> anyhow::Result<()> {
    let shell = match arguments.shell {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
    };
    let mut script = Vec::new();
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, &mut command, name, &mut script);
    stdout::print(&String::from_utf8_lossy(&script))
}

/// Prints the main page, or writes those of all commands.
pub(crate) fn man(arguments: &ManArgs) -> anyhow::Result<()> {
    let command = Cli::command().disable_help_subcommand(true);
    let Some(directory) = &arguments.out else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .context("cannot make the man page")?;
        return stdout::print(&String::from_utf8_lossy(&page));
    };
    std::fs::create_dir_all(directory)
        .with_context(|| format!("cannot make the directory {}", directory.display()))?;
    clap_mangen::generate_to(command, directory)
        .with_context(|| format!("cannot write into {}", directory.display()))
}
