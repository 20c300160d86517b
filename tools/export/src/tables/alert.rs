//! Alerts.

use peer_observer_event::detection_alert::Subject;
use peer_observer_event::{DetectionAlert, Event};

use super::Tables;
use super::address::split;
use crate::ExportError;
use crate::column::{Count, Maybe, Number, Text, Time, Word};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// Alerts.
    Alerts, AlertRow {
        /// The rule's name, as in docs/rules.md.
        rule: Text,
        /// `info`, `warning`, `critical`.
        severity: Word,
        /// `firing`, `resolved`.
        state: Word,
        /// The same for all events of one alert.
        id: Text,
        /// What it is about: `peer`, `subnet`, `autonomous_system`, `node`.
        subject_kind: Maybe<Word>,
        /// Of `peer`.
        peer_id: Maybe<Count>,
        /// Of `peer`, as in `p2p_message`.
        address: Maybe<Text>,
        /// Of `peer`: what `address` has before the port, without brackets.
        host: Maybe<Text>,
        /// Of `peer`: the port in `address`.
        port: Maybe<Count>,
        /// Of `peer`: the life of the node in which it had this number.
        peer_run: Maybe<Count>,
        /// Of `subnet`.
        subnet: Maybe<Text>,
        /// Of `autonomous_system`.
        autonomous_system: Maybe<Count>,
        /// One sentence for people.
        summary: Text,
        /// The figure that the rule looked at.
        observed: Number,
        /// What is ordinary.
        expected_low: Maybe<Number>,
        /// What is ordinary.
        expected_high: Maybe<Number>,
        /// What is counted.
        unit: Text,
        /// Since when it has been so.
        since: Time,
        /// Until when.
        until: Time,
        /// The part of the stream in which it can be seen.
        first_bus_sequence: Maybe<Count>,
        /// Its end.
        last_bus_sequence: Maybe<Count>,
        /// Its first moment.
        first_bus_time: Time,
        /// Its last moment.
        last_bus_time: Time,
        /// What an operator can check.
        next_step: Text,
        /// How many subjects stand behind it.
        grouped: Count,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    alert: &DetectionAlert,
) -> Result<(), ExportError> {
    let evidence = alert.evidence.as_ref();
    let row = AlertRow {
        rule: &alert.rule,
        severity: alert.severity().word(),
        state: alert.state().word(),
        id: &alert.id,
        summary: &alert.summary,
        observed: alert.observed,
        expected_low: alert.expected_low,
        expected_high: alert.expected_high,
        unit: &alert.unit,
        since: alert.since_ns,
        until: alert.until_ns.unwrap_or_default(),
        first_bus_sequence: evidence.map(|evidence| evidence.first_bus_sequence),
        last_bus_sequence: evidence.map(|evidence| evidence.last_bus_sequence),
        first_bus_time: evidence.map_or(0, |evidence| evidence.first_bus_time_ns),
        last_bus_time: evidence.map_or(0, |evidence| evidence.last_bus_time_ns),
        next_step: &alert.next_step,
        grouped: alert.grouped.into(),
        ..of_subject(alert.subject.as_ref())
    };
    tables.alert.push(output, event, row)
}

fn of_subject(subject: Option<&Subject>) -> AlertRow<'_> {
    match subject {
        Some(Subject::Peer(peer)) => {
            let (host, port) = split(&peer.address);
            AlertRow {
                subject_kind: Some("peer"),
                peer_id: Some(peer.peer_id),
                address: Some(&peer.address),
                host: Some(host),
                port,
                peer_run: peer.run,
                ..AlertRow::default()
            }
        }
        Some(Subject::Subnet(subnet)) => AlertRow {
            subject_kind: Some("subnet"),
            subnet: Some(subnet),
            ..AlertRow::default()
        },
        Some(Subject::AutonomousSystem(number)) => AlertRow {
            subject_kind: Some("autonomous_system"),
            autonomous_system: Some((*number).into()),
            ..AlertRow::default()
        },
        Some(Subject::Node(_)) => AlertRow {
            subject_kind: Some("node"),
            ..AlertRow::default()
        },
        None => AlertRow::default(),
    }
}
