//! `archive info` and `archive verify`.

use anyhow::Context;
use peer_observer_archive_tool::info::Info;
use peer_observer_archive_tool::verification::Verification;
use serde::Serialize;

use super::inputs;
use super::progress::bar;
use crate::cli::archive::LookArgs;
use crate::stdout;

pub(crate) fn info(arguments: &LookArgs) -> anyhow::Result<()> {
    let inputs = inputs(&arguments.places)?;
    let bar = bar(inputs.bytes(), false);
    let info = Info::of(&inputs, |bytes| bar.set_position(bytes));
    bar.finish_and_clear();
    let info = info?;
    match arguments.json {
        true => stdout::print(&json(&info)?),
        false => stdout::print(&info.to_string()),
    }
}

/// Is everything there?
pub(crate) fn verify(arguments: &LookArgs) -> anyhow::Result<bool> {
    let inputs = inputs(&arguments.places)?;
    let bar = bar(inputs.bytes(), false);
    let verification = Verification::of(&inputs, |bytes| bar.set_position(bytes));
    bar.finish_and_clear();
    let verification = verification?;
    match arguments.json {
        true => stdout::print(&json(&verification)?)?,
        false => stdout::print(&verification.to_string())?,
    }
    Ok(verification.is_whole)
}

fn json(value: &impl Serialize) -> anyhow::Result<String> {
    let text = serde_json::to_string_pretty(value).context("the report is no JSON")?;
    Ok(text + "\n")
}
