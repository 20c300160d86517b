//! Events on standard output, for `watch` and `tool watch`.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Stdout, Write, stdout};

use anyhow::Context;
use peer_observer_bus::{Bus, Delivery, SubscriptionOptions};
use peer_observer_event::{Event, Filter, Payload};

use crate::cli::PrintArgs;

/// The subscription that is printed.
pub(crate) const SUBSCRIPTION: &str = "watch";

/// Deliveries per write.
const BATCH: usize = 1024;

/// Is more to be printed?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    GoOn,
    /// Enough was printed, or nobody reads it any more.
    End,
}

/// Standard output, filtered and formatted as the command line wants it.
pub(crate) struct Output {
    out: BufWriter<Stdout>,
    filter: Filter,
    json: bool,
    /// Counted instead of printed, by name of the payload.
    counts: Option<BTreeMap<&'static str, u64>>,
    remaining: Option<u64>,
}

impl Output {
    pub(crate) fn new(arguments: &PrintArgs) -> Output {
        Output {
            out: BufWriter::with_capacity(64 << 10, stdout()),
            filter: arguments.filter(),
            json: arguments.json,
            counts: arguments.count.then(BTreeMap::new),
            remaining: arguments.number,
        }
    }

    /// Prints or counts the event if it is wanted.
    pub(crate) fn event(&mut self, event: &Event) -> anyhow::Result<Step> {
        if !self.filter.matches(event) {
            return Ok(Step::GoOn);
        }
        let written = match &mut self.counts {
            Some(counts) => {
                let word = event.payload.as_ref().map_or("unknown", Payload::word);
                *counts.entry(word).or_default() += 1;
                Ok(())
            }
            None if self.json => writeln!(self.out, "{}", event.to_json()),
            None => writeln!(self.out, "{event}"),
        };
        let step = step(written)?;
        match &mut self.remaining {
            Some(1) => Ok(Step::End),
            Some(remaining) => {
                *remaining -= 1;
                Ok(step)
            }
            None => Ok(step),
        }
    }

    /// Says that events are missing at this place.
    pub(crate) fn missed(&mut self, count: u64) -> anyhow::Result<Step> {
        eprintln!(
            "peer-observer: {count} events were too fast for this reader and are missing here"
        );
        Ok(Step::GoOn)
    }

    /// Shows what has been printed.
    pub(crate) fn flush(&mut self) -> anyhow::Result<Step> {
        step(self.out.flush())
    }

    /// Prints what has been counted.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        for (word, count) in self.counts.take().unwrap_or_default() {
            if step(writeln!(self.out, "{count:>12} {word}"))? == Step::End {
                return Ok(());
            }
        }
        self.flush().map(|_| ())
    }
}

/// A reader that has gone (`| head`) ends the output and is no failure.
fn step(written: io::Result<()>) -> anyhow::Result<Step> {
    match written {
        Ok(()) => Ok(Step::GoOn),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Step::End),
        Err(error) => Err(error).context("cannot write to standard output"),
    }
}

/// Prints the events of `bus` until it is closed or the output ends.
pub(crate) fn print_events(
    bus: &Bus,
    arguments: &PrintArgs,
) -> impl Future<Output = anyhow::Result<()>> + use<> {
    // All kinds, as finer filters want it.
    let kinds = arguments.filter().kind_set();
    let mut subscription = bus.subscribe(SubscriptionOptions::new(SUBSCRIPTION).kinds(kinds));
    let mut output = Output::new(arguments);
    async move {
        let mut deliveries = Vec::new();
        'all: while subscription.receive(&mut deliveries, BATCH).await {
            for delivery in deliveries.drain(..) {
                let step = match delivery {
                    Delivery::Event(event) => output.event(&event)?,
                    Delivery::Missed(count) => output.missed(count)?,
                };
                if step == Step::End {
                    break 'all;
                }
            }
            if output.flush()? == Step::End {
                break;
            }
        }
        output.finish()
    }
}
