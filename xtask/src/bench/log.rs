//! How many of a log's lines get a template, and how fast.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use peer_observer_log::catalogue::{Catalogue, Coverage, Share};
use peer_observer_log::{Lines, Next, Prefix, PrefixReader, Rest};
use rustix::time::{ClockId, clock_gettime};
use testkit::{Node, scene};

use super::table;
use crate::{node, shell};

/// So many of the texts that no template fits are shown.
const SHOWN_UNMATCHED: usize = 20;
/// And so much of each.
const SHOWN_CHARACTERS: usize = 160;
/// Each throughput is measured for so much processor time.
const MEASURED: Duration = Duration::from_secs(3);
/// Events are made and let go in batches of about so many.
const BATCH: usize = 256;

/// Of the file, else of a log that real nodes write for it.
pub(crate) async fn run(file: Option<PathBuf>, catalogue: Option<PathBuf>) -> Result<()> {
    if cfg!(debug_assertions) {
        return in_release(file, catalogue);
    }
    let read;
    let catalogue = match catalogue {
        None => Catalogue::built_in(),
        Some(path) => {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            read = Catalogue::parse(&text).with_context(|| path.display().to_string())?;
            &read
        }
    };
    let log = match &file {
        Some(path) => fs::read(path).with_context(|| format!("cannot read {}", path.display()))?,
        None => record().await?,
    };
    let file = file.unwrap_or_else(|| PathBuf::from("the node's log"));
    let text = String::from_utf8_lossy(&log);
    coverage(catalogue, &text, &file);
    throughput(catalogue, &log, &text);
    Ok(())
}

/// The same by an optimised build: the throughput of another says nothing.
fn in_release(file: Option<PathBuf>, catalogue: Option<PathBuf>) -> Result<()> {
    let run = [
        "run",
        "--release",
        "--quiet",
        "--package",
        "xtask",
        "--",
        "bench",
        "log",
    ];
    let mut command = shell::program("cargo", &run);
    // The command runs in the workspace's root.
    let absolute = |path: PathBuf| {
        std::path::absolute(&path).with_context(|| format!("where is {}?", path.display()))
    };
    if let Some(file) = file {
        command.arg(absolute(file)?);
    }
    if let Some(catalogue) = catalogue {
        command
            .arg(OsString::from("--catalogue"))
            .arg(absolute(catalogue)?);
    }
    shell::run(command)
}

/// The log of a node that has been through everything.
async fn record() -> Result<Vec<u8>> {
    node::ensure()?;
    eprintln!("two nodes go through every kind of traffic; that takes a minute or two");
    let arguments = scene::LOG_EVERYTHING;
    let mut alice = Node::builder().arguments(arguments).start().await?;
    let bob = Node::builder().name("bob").start().await?;
    scene::every_kind_of_traffic(&mut alice, &bob).await?;
    fs::read(alice.debug_log()).context("cannot read the node's log")
}

fn coverage(catalogue: &Catalogue, log: &str, file: &Path) {
    let version = version(log);
    // Another version has its calls on other lines.
    let has_judge = version.is_none_or(|version| version.starts_with(catalogue.version()));
    let mut coverage = Coverage::default();
    let mut reader = PrefixReader::default();
    for line in log.lines().filter(|line| !line.is_empty()) {
        let prefix = reader.read(line);
        let source = prefix.source.filter(|_| has_judge);
        coverage.add(catalogue, &Prefix { source, ..prefix });
    }
    println!(
        "{}, of Bitcoin Core {}, by the {} templates of {}:\n",
        file.display(),
        version.unwrap_or("(it does not say which)"),
        catalogue.templates().len(),
        catalogue.version()
    );
    let row = |name: &str, share: Share| {
        let percent = format!("{:.2} %", share.ratio() * 100.0);
        vec![name.to_owned(), share.total.to_string(), percent]
    };
    let mut rows = vec![row("lines", coverage.lines())];
    if coverage.judged_lines().total > 0 {
        rows.push(row("lines that name their place", coverage.judged_lines()));
        rows.push(row("distinct places", coverage.locations()));
    }
    table::print(&["", "all", "with a template"], &rows);
    match coverage.judged_lines().total {
        0 => println!("\nThere is no judge: no line names its place in this version's source."),
        _ => println!(
            "\nLines with a template of another place: {}",
            coverage.wrong_lines()
        ),
    }
    for wrong in coverage.wrong() {
        println!(
            "  {}: {}\n    taken for: {}",
            wrong.location,
            cut(&wrong.message),
            wrong.template
        );
    }
    let unmatched = coverage.unmatched();
    if !unmatched.is_empty() {
        println!("\nWithout a template:");
    }
    for (text, count) in unmatched.into_iter().take(SHOWN_UNMATCHED) {
        println!("{count:>8}  {}", cut(text));
    }
}

/// What the log says of the node: `31.99.0`.
fn version(log: &str) -> Option<&str> {
    let (_, behind) = log.split_once(" version v")?;
    behind
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .next()
}

fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// Lines per second of a core's time, of each part of the way that a line goes.
fn throughput(catalogue: &Catalogue, log: &[u8], text: &str) {
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let mut reader = PrefixReader::default();
    let prefix = per_second(lines.len(), || {
        for line in &lines {
            black_box(reader.read(line));
        }
    });
    let with_template = per_second(lines.len(), || {
        for line in &lines {
            let prefix = reader.read(line);
            black_box(catalogue.find(prefix.message, prefix.category));
        }
    });
    let mut whole = Lines::new();
    let events = per_second(lines.len(), || make_events(&mut whole, log));
    println!("\nLines per second and core (processor time):\n");
    table::print(
        &["", "lines/s"],
        &[
            vec!["prefix".to_owned(), prefix],
            vec!["prefix and template".to_owned(), with_template],
            vec!["from bytes to events".to_owned(), events],
        ],
    );
}

fn per_second(lines: usize, mut work: impl FnMut()) -> String {
    let started = processor_time();
    let mut rounds = 0;
    while processor_time() - started < MEASURED {
        work();
        rounds += 1;
    }
    let done = rounds as f64 * lines as f64;
    format!("{:.0}", done / (processor_time() - started).as_secs_f64())
}

/// What this thread has had: the machine may be busy with other things.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Since the thread's start: never negative.
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// As the extractor does it, by the built-in catalogue.
fn make_events(lines: &mut Lines, mut log: &[u8]) {
    let mut events = Vec::new();
    while !log.is_empty() {
        let filled = lines.fill(|space| {
            let count = space.len().min(log.len());
            space[..count].copy_from_slice(&log[..count]);
            log = &log[count..];
            Ok(count)
        });
        black_box(filled.is_ok());
        while lines.next(Rest::Coming, &mut events) != Next::Nothing {
            if events.len() >= BATCH {
                black_box(&events);
                events.clear();
            }
        }
    }
}
