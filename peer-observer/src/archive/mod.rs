//! `archive`: what is done with recorded events.

mod copy;
mod export;
mod look;
mod progress;
mod replay;

use peer_observer_archive_tool::source::{InputError, Inputs};

use crate::cli::archive::{ArchiveCommand, PlacesArgs};

/// Does what the command says; `false` where the exit code should tell that
/// something was found.
pub(crate) fn archive(command: &ArchiveCommand) -> anyhow::Result<bool> {
    match command {
        ArchiveCommand::Replay(arguments) => replay::replay(arguments).map(|()| true),
        ArchiveCommand::Info(arguments) => look::info(arguments).map(|()| true),
        ArchiveCommand::Verify(arguments) => look::verify(arguments),
        ArchiveCommand::Cut(arguments) => copy::cut(arguments).map(|()| true),
        ArchiveCommand::Merge(arguments) => copy::merge(arguments).map(|()| true),
        ArchiveCommand::Export(arguments) => export::export(arguments).map(|()| true),
    }
}

fn inputs(places: &PlacesArgs) -> Result<Inputs, InputError> {
    Inputs::find(&places.places, &places.legacy_node)
}
