//! How the publisher learns how far the subscriber is: the subscriber writes
//! numbers to its output, which stand in the publisher's input.

use std::io::{BufRead, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};

/// Told after so many events.
const STEP: u64 = 1024;

/// Events that the subscriber has received, as far as is known.
#[derive(Clone, Default)]
pub(super) struct Received(Arc<AtomicU64>);

impl Received {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, events: u64) {
        self.0.store(events, Ordering::Relaxed);
    }

    /// Follows the numbers in our input.
    pub(super) fn from_input() -> Received {
        let received = Received::default();
        let known = received.clone();
        std::thread::spawn(move || {
            let numbers = std::io::stdin().lock().lines().map_while(Result::ok);
            for number in numbers.filter_map(|line| line.parse().ok()) {
                known.set(number);
            }
        });
        received
    }
}

/// Who is told.
pub(super) enum Told {
    /// The publisher in this process.
    Inside(Received),
    /// Whoever reads our output.
    Output,
}

/// Counts received events and tells now and then.
pub(super) struct Progress {
    to: Told,
    told: u64,
}

impl Progress {
    /// Ready to receive: tells so.
    pub(super) fn new(to: Told) -> Result<Progress> {
        let mut progress = Progress { to, told: 0 };
        progress.tell(0)?;
        Ok(progress)
    }

    /// So many have been received in all.
    pub(super) fn received(&mut self, events: u64) -> Result<()> {
        match events >= self.told + STEP {
            true => self.tell(events),
            false => Ok(()),
        }
    }

    fn tell(&mut self, events: u64) -> Result<()> {
        self.told = events;
        match &self.to {
            Told::Inside(received) => received.set(events),
            Told::Output => {
                let mut output = std::io::stdout().lock();
                writeln!(output, "{events}").context("nobody hears us")?;
            }
        }
        Ok(())
    }
}
