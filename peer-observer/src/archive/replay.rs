//! `archive replay`: a recording on a bus of its own, and the tools on that.

use std::io::{IsTerminal, stdout};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use indicatif::ProgressBar;
use peer_observer_archive_tool::replay::{Played, Progress, Speed, play};
use peer_observer_archive_tool::source::{Inputs, Merge};
use peer_observer_archive_tool::time_text;
use peer_observer_component::State;
use peer_observer_watch::{Format, Settings, Watch};
use tracing::Level;

use super::inputs;
use super::progress::bar;
use crate::cli::archive::{ReplayArgs, ReplayTool};
use crate::config::{BusSource, Config};
use crate::logging;
use crate::wiring::{Assembly, block_on, place, web_of};

/// How often the bar moves.
const REDRAW: Duration = Duration::from_millis(100);

/// Plays to the end or until a signal comes.
pub(crate) fn replay(arguments: &ReplayArgs) -> anyhow::Result<()> {
    let config = Config::load_or_default(arguments.config.as_deref(), BusSource::default())?;
    let prints = prints(arguments);
    // Somebody may read events in the same terminal.
    let level = if prints { Level::WARN } else { Level::INFO };
    logging::start(config.logging.format, level);
    let inputs = inputs(&arguments.places)?;
    block_on(run(arguments, &config, inputs))
}

fn prints(arguments: &ReplayArgs) -> bool {
    arguments.tools.is_empty() || arguments.tools.contains(&ReplayTool::Watch)
}

async fn run(arguments: &ReplayArgs, config: &Config, inputs: Inputs) -> anyhow::Result<()> {
    let mut assembly = Assembly::of_recording()?;
    let serves = serve(arguments, config, &inputs, &mut assembly)?;
    if prints(arguments) {
        let watch = Watch::new(&assembly.bus, settings(arguments), stdout());
        assembly.start(watch);
    }
    let health = assembly.health.handle("replay");
    health.set(State::Working, "");
    let bar = bar(inputs.bytes(), prints(arguments));
    let progress = Arc::new(Progress::default());
    let drawing = tokio::spawn(draw(bar.clone(), Arc::clone(&progress)));
    let merge = Merge::new(inputs, arguments.selection.selection());
    let speed = speed(arguments);
    let played = play(merge, speed, &assembly.bus, progress, &assembly.shutdown).await;
    drawing.abort();
    bar.finish_and_clear();
    let played = played.context("the replay has ended early")?;
    tell(&played);
    if serves && !arguments.exit && !assembly.shutdown.is_cancelled() {
        health.set(State::Off, "the recording has ended");
        tracing::info!("the recording has ended; serving what it brought until a signal comes");
        assembly.shutdown.cancelled().await;
    }
    if serves {
        assembly.shutdown.cancel();
        return assembly.finish().await;
    }
    // What has been played is still printed.
    assembly.drain().await
}

/// Starts what is served; says whether there is anything.
fn serve(
    arguments: &ReplayArgs,
    config: &Config,
    inputs: &Inputs,
    assembly: &mut Assembly,
) -> anyhow::Result<bool> {
    let has = |tool| arguments.tools.contains(&tool);
    if !has(ReplayTool::Web) && !has(ReplayTool::Metrics) {
        return Ok(false);
    }
    let metrics = assembly.start_metrics(config);
    let health = assembly.health.clone();
    let mut web = web_of(config, nodes(inputs), Some(metrics), health)?;
    let mut path = "";
    if !has(ReplayTool::Web) {
        web = web.metrics_only();
        path = "metrics";
    }
    let address = web.bind().map_err(|failure| anyhow::anyhow!("{failure}"))?;
    assembly.start(web);
    eprintln!("peer-observer: {}", place(&address, path));
    Ok(true)
}

/// The nodes that the files say they have.
fn nodes(inputs: &Inputs) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for input in inputs.files() {
        for node in &input.header.nodes {
            if !names.contains(&node.name) {
                names.push(node.name.clone());
            }
        }
    }
    names
}

fn speed(arguments: &ReplayArgs) -> Speed {
    let usual = match arguments.tools.contains(&ReplayTool::Web) {
        true => Speed::Times(1.0),
        false => Speed::Full,
    };
    arguments.speed.unwrap_or(usual)
}

fn settings(arguments: &ReplayArgs) -> Settings {
    Settings {
        filter: arguments.selection.filter(),
        format: if arguments.json {
            Format::Json
        } else {
            Format::Text
        },
        colour: stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        count: arguments.count,
        number: arguments.number,
    }
}

async fn draw(bar: ProgressBar, progress: Arc<Progress>) {
    loop {
        bar.set_position(progress.bytes_read());
        let time = time_text(progress.bus_time_ns());
        bar.set_message(format!("{time}, {} events", progress.events()));
        tokio::time::sleep(REDRAW).await;
    }
}

fn tell(played: &Played) {
    let Played {
        events,
        undecodable,
        troubles,
    } = played;
    if *undecodable > 0 {
        tracing::warn!("{undecodable} events do not follow the schema and were left out");
    }
    if *troubles > 0 {
        tracing::warn!("{troubles} places could not be read, see above");
    }
    tracing::info!("{events} events were played");
}
