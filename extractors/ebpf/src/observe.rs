//! The thread that reads the ring.

use std::cell::RefCell;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use libbpf_rs::{RingBuffer, RingBufferBuilder};
use peer_observer_bus::{Bus, monotonic_ns};
use peer_observer_component::{Context, Failure};
use peer_observer_event::{Extractor, Payload, Started};
use peer_observer_node::NodeSettings;
use rustix::event::{PollFd, PollFlags, Timespec};
use tracing::info;

use crate::convert::Converter;
use crate::counters;
use crate::intake::Intake;
use crate::kernel::{Kernel, KernelError};
use crate::lives::Lives;
use crate::loss::LossWatch;
use crate::pace::Pace;
use crate::rights;
use crate::settings::EbpfSettings;

/// How often the process and the counters are looked at.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(1);
/// Records read before anything else gets its turn.
const READ_AT_ONCE: usize = 4096;

/// Reads the node's tracepoints until shutdown.
pub(crate) fn observe(
    node: &NodeSettings,
    settings: &EbpfSettings,
    context: &Context,
) -> Result<(), Failure> {
    let kernel = Kernel::load(settings).map_err(|error| match error {
        KernelError::Permission => rights::cannot_load(),
        other => Failure::temporary(other),
    })?;
    info!(
        node = node.name,
        "eBPF programs loaded, variant {}, ring of {} bytes granted",
        kernel.variant().word(),
        kernel.ring_bytes()
    );
    let intake = RefCell::new(intake(&context.bus, node, settings, &kernel));
    let ring_map = kernel.ring().map_err(Failure::temporary)?;
    let mut builder = RingBufferBuilder::new();
    builder
        .add(&ring_map, |record| {
            intake.borrow_mut().take(record);
            0
        })
        .map_err(Failure::temporary)?;
    let ring = builder.build().map_err(Failure::temporary)?;
    let lives = Lives::new(node, settings.groups, &kernel, context.health.clone());
    Reader {
        kernel: &kernel,
        ring,
        intake: &intake,
        lives,
        loss: LossWatch::new(),
        pace: Pace::new(),
    }
    .run(context)
}

fn intake(bus: &Bus, node: &NodeSettings, settings: &EbpfSettings, kernel: &Kernel) -> Intake {
    let publisher = bus.publisher(&node.name, Extractor::Ebpf);
    let mut intake = Intake::new(publisher, Converter::new(settings.keep.clone()));
    intake.publish(Payload::Started(Started {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        detail: format!(
            "variant {}, ring of {} bytes",
            kernel.variant().word(),
            kernel.ring_bytes()
        ),
        ring_bytes: Some(kernel.ring_bytes().into()),
        labels: node.labels.to_map(),
    }));
    intake
}

struct Reader<'a> {
    kernel: &'a Kernel,
    ring: RingBuffer<'a>,
    intake: &'a RefCell<Intake>,
    lives: Lives<'a>,
    loss: LossWatch,
    pace: Pace,
}

impl Reader<'_> {
    fn run(mut self, context: &Context) -> Result<(), Failure> {
        let mut next_check = Instant::now();
        let mut next_heartbeat = Instant::now() + HEARTBEAT_INTERVAL;
        let mut last_read = Instant::now();
        while !context.shutdown.is_cancelled() {
            let count = self.read()?;
            let now = Instant::now();
            self.pace.read(count, now - last_read);
            last_read = now;
            if now >= next_check {
                self.check()?;
                next_check = now + CHECK_INTERVAL;
            }
            if now >= next_heartbeat {
                self.heartbeat()?;
                next_heartbeat = now + HEARTBEAT_INTERVAL;
            }
            if count < READ_AT_ONCE {
                self.wait();
            }
        }
        self.drain()?;
        self.report_loss()?;
        self.heartbeat()
    }

    /// Waits for a wake-up by the programs, at most until the next look.
    fn wait(&self) {
        let interval = self.pace.interval();
        if !self.lives.is_attached() {
            return std::thread::sleep(interval);
        }
        let ring = ring_descriptor(&self.ring);
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: interval.subsec_nanos().into(),
        };
        // Interrupted or not: the ring is read next.
        let _ = rustix::event::poll(&mut [PollFd::new(&ring, PollFlags::IN)], Some(&timeout));
    }

    /// Reads what is there, up to [`READ_AT_ONCE`] records; how many were there?
    fn read(&self) -> Result<usize, Failure> {
        let read = self.ring.consume_raw_n(READ_AT_ONCE);
        self.intake.borrow_mut().flush();
        usize::try_from(read)
            .map_err(|_| Failure::Temporary(format!("reading the ring failed with error {read}")))
    }

    fn drain(&self) -> Result<(), Failure> {
        while self.read()? == READ_AT_ONCE {}
        Ok(())
    }

    fn check(&mut self) -> Result<(), Failure> {
        if self.lives.has_ended() {
            self.drain()?;
            self.report_loss()?;
            self.lives.end(&mut self.intake.borrow_mut());
        }
        if !self.lives.is_attached() {
            self.lives.look(&mut self.intake.borrow_mut())?;
        }
        self.report_loss()
    }

    fn report_loss(&mut self) -> Result<(), Failure> {
        let counts = counters::sum(&self.kernel.counts().map_err(Failure::temporary)?);
        let mut intake = self.intake.borrow_mut();
        self.loss.report(&counts, monotonic_ns(), &mut intake);
        intake.report_invalid();
        Ok(())
    }

    fn heartbeat(&mut self) -> Result<(), Failure> {
        let counts = counters::sum(&self.kernel.counts().map_err(Failure::temporary)?);
        let mut hops = counters::hops(&counts);
        let mut intake = self.intake.borrow_mut();
        intake.compare_clocks();
        intake.flush();
        hops.push(intake.hop());
        intake.publisher.heartbeat(hops);
        Ok(())
    }
}

/// The ring's epoll descriptor.
#[allow(unsafe_code)]
fn ring_descriptor<'a>(ring: &'a RingBuffer<'_>) -> BorrowedFd<'a> {
    // SAFETY: the descriptor belongs to `ring` and is open for as long as it
    // lives; the borrow cannot outlive it.
    unsafe { BorrowedFd::borrow_raw(ring.epoll_fd()) }
}
