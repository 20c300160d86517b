//! The node's lives: finding its process, attaching, noticing its end.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use peer_observer_bus::{boot_ns, time_of_boot_ns};
use peer_observer_component::{Failure, HealthHandle, State};
use peer_observer_event::{Gap, GapReason, NodeBack, NodeGone, Payload};
use peer_observer_node::{Node, NodeError, NodeSettings, Process};
use tracing::{info, warn};

use crate::attach::{AttachError, Attachment};
use crate::intake::Intake;
use crate::kernel::Kernel;
use crate::rights;
use crate::settings::Groups;

/// How often a node that does not run is looked for anew.
const LOCATE_INTERVAL: Duration = Duration::from_millis(500);

/// Where the node is in its life, as this extractor sees it.
pub(crate) struct Lives<'a> {
    settings: &'a NodeSettings,
    groups: Groups,
    kernel: &'a Kernel,
    health: HealthHandle,
    /// The node as it was found last, and when.
    node: Option<(Node, Instant)>,
    attached: Option<(Process, Attachment)>,
    /// A process that cannot be attached to, so as not to try again and again.
    refused: Option<Process>,
    /// What was said already, so that it is said once.
    waiting_for: Option<String>,
    warned_missing: BTreeSet<&'static str>,
    /// When this extractor began to look, on the boot clock.
    watching_since_ns: u64,
}

impl<'a> Lives<'a> {
    pub(crate) fn new(
        settings: &'a NodeSettings,
        groups: Groups,
        kernel: &'a Kernel,
        health: HealthHandle,
    ) -> Lives<'a> {
        Lives {
            settings,
            groups,
            kernel,
            health,
            node: None,
            attached: None,
            refused: None,
            waiting_for: None,
            warned_missing: BTreeSet::new(),
            watching_since_ns: boot_ns(),
        }
    }

    /// The process that the programs were attached to has ended: all that it
    /// left behind is in the ring now. Reads it before anything else may happen.
    pub(crate) fn has_ended(&self) -> bool {
        self.attached
            .as_ref()
            .is_some_and(|(process, _)| !process.is_alive())
    }

    pub(crate) fn is_attached(&self) -> bool {
        self.attached.is_some()
    }

    /// Detaches; `intake` has taken all that the process left behind.
    pub(crate) fn end(&mut self, intake: &mut Intake) {
        let Some((process, attachment)) = self.attached.take() else {
            return;
        };
        drop(attachment);
        intake.publish(Payload::NodeGone(NodeGone {
            pid: Some(process.pid),
            detail: "the process has ended".to_owned(),
        }));
        self.wait_for("the node has ended, waiting for it to start again".to_owned());
    }

    /// Looks for the node's process and attaches to it.
    pub(crate) fn look(&mut self, intake: &mut Intake) -> Result<(), Failure> {
        let process = match self.find() {
            Ok(Some(process)) => process,
            Ok(None) => {
                self.wait_for(format!(
                    "no node runs in {}, waiting for it",
                    self.settings.datadir.display()
                ));
                return Ok(());
            }
            Err(error) => {
                self.wait_for(error.to_string());
                return Ok(());
            }
        };
        let known = |refused: &Process| {
            refused.pid == process.pid && refused.start_ticks() == process.start_ticks()
        };
        if self.refused.as_ref().is_some_and(known) {
            return Ok(());
        }
        match Attachment::new(self.kernel, &self.groups, &process) {
            Ok(attachment) => self.begin(process, attachment, intake),
            Err(_) if !process.is_alive() => {} // It ended meanwhile: look again.
            Err(error) if error.is_permission() => return Err(rights::cannot_attach(process.pid)),
            Err(error) => self.refuse(process, &error),
        }
        Ok(())
    }

    /// The node's process. While none runs, the node itself is looked for again
    /// and again: what starts next may follow another chain.
    fn find(&mut self) -> Result<Option<Process>, NodeError> {
        if let Some((node, located)) = &self.node
            && located.elapsed() < LOCATE_INTERVAL
        {
            return node.process();
        }
        let node = Node::locate(self.settings)?;
        let process = node.process();
        self.node = Some((node, Instant::now()));
        process
    }

    fn begin(&mut self, process: Process, attachment: Attachment, intake: &mut Intake) {
        intake.new_life(&process);
        self.warn_missing(process.pid, &attachment);
        let detail = format!(
            "attached to process {} with {} tracepoints, variant {}, ring of {} bytes",
            process.pid,
            attachment.count(),
            self.kernel.variant().word(),
            self.kernel.ring_bytes(),
        );
        let start_boot_ns = process.start_boot_ns();
        let start_ns = time_of_boot_ns(start_boot_ns);
        if start_boot_ns >= self.watching_since_ns {
            // The node lived for a moment before we saw it: that moment is blind.
            intake.publish(Payload::Gap(Gap {
                reason: GapReason::NotAttached.into(),
                count: None,
                first_time_ns: start_ns,
                last_time_ns: peer_observer_bus::wall_clock_ns(),
                detail: format!("process {} ran before it was attached", process.pid),
            }));
        }
        intake.publish(Payload::NodeBack(NodeBack {
            pid: Some(process.pid),
            detail: detail.clone(),
        }));
        info!(node = self.settings.name, "{detail}");
        match attachment.count() {
            0 => self.health.set(
                State::Failed,
                format!("process {} has none of the tracepoints; the node must be built with -DWITH_USDT=ON", process.pid),
            ),
            _ => self.health.set(State::Working, detail),
        }
        self.waiting_for = None;
        self.attached = Some((process, attachment));
    }

    fn refuse(&mut self, process: Process, error: &AttachError) {
        warn!(node = self.settings.name, "{error}");
        self.health.set(State::Failed, error.to_string());
        self.refused = Some(process);
    }

    fn warn_missing(&mut self, pid: u32, attachment: &Attachment) {
        let new: Vec<&str> = attachment
            .missing
            .difference(&self.warned_missing)
            .copied()
            .collect();
        if !new.is_empty() {
            warn!(
                node = self.settings.name,
                "process {pid} has no tracepoint {}; the others are attached",
                new.join(", ")
            );
        }
        self.warned_missing.extend(new);
    }

    fn wait_for(&mut self, what: String) {
        if self.waiting_for.as_ref() == Some(&what) {
            return;
        }
        info!(node = self.settings.name, "{what}");
        self.health.set(State::Waiting, what.clone());
        self.waiting_for = Some(what);
    }
}
