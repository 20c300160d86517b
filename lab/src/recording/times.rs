//! Which times of an event are the host's, and what they were for the node.

use peer_observer_event::detection_alert::Subject;
use peer_observer_event::{DetectionAlert, Event, Payload};

use crate::clock::ClockMap;

const SECOND_NS: u64 = 1_000_000_000;

/// Puts an event on node time: its envelope's times, its run, and what its
/// payload has from the host's clock.
///
/// The node's own times stay as they are, because they are node time already:
/// when a connection was opened or a transaction entered, headers, log lines'
/// mock time. What a peer says stays too. So do durations that were measured
/// (`duration_ns`, `round_trip_ns`, CPU seconds): a block takes as long to
/// connect however fast the clock runs.
pub fn map_event(event: &mut Event, map: &ClockMap) {
    let real_ns = event.time_ns;
    event.time_ns = map.node_time_ns(real_ns);
    event.bus_time_ns = map.node_time_ns(event.bus_time_ns);
    event.monotonic_ns = event.monotonic_ns.map(|at| map.node_monotonic_ns(at));
    event.run = event.run.map(|start| node_seconds(map, start));
    if let Some(payload) = &mut event.payload {
        map_payload(payload, real_ns, map);
    }
}

/// `real_ns` is when the event happened, by the host's clock. Every payload is
/// listed: a new one does not compile until somebody has looked at its times.
fn map_payload(payload: &mut Payload, real_ns: u64, map: &ClockMap) {
    match payload {
        Payload::Gap(gap) => {
            gap.first_time_ns = map.node_time_ns(gap.first_time_ns);
            gap.last_time_ns = map.node_time_ns(gap.last_time_ns);
        }
        // Core takes the time of day for this one from the host.
        Payload::NetTotals(totals) => {
            totals.time_unix_ms = totals.time_unix_ms.map(|real| node_milliseconds(map, real));
        }
        // Since Core 31 on a clock that cannot be set.
        Payload::Uptime(uptime) => {
            uptime.uptime_seconds = uptime.uptime_seconds.map(|seconds| {
                let lived_ns = seconds.saturating_mul(SECOND_NS);
                map.node_duration_ns(real_ns, lived_ns) / SECOND_NS
            });
        }
        // How long it was there, not how long it took.
        Payload::ProbeDisconnected(ended) => {
            ended.duration_ns = map.node_duration_ns(real_ns, ended.duration_ns);
        }
        Payload::Alert(alert) => map_alert(alert, map),
        Payload::P2pMessage(_)
        | Payload::ConnectionOpened(_)
        | Payload::ConnectionClosed(_)
        | Payload::ConnectionEvicted(_)
        | Payload::ConnectionMisbehaving(_)
        | Payload::MempoolAdded(_)
        | Payload::MempoolRemoved(_)
        | Payload::MempoolReplaced(_)
        | Payload::MempoolRejected(_)
        | Payload::BlockConnected(_)
        | Payload::UtxoAdded(_)
        | Payload::UtxoSpent(_)
        | Payload::UtxoUncached(_)
        | Payload::UtxoCacheFlushed(_)
        | Payload::PeerInfos(_)
        | Payload::MempoolInfo(_)
        | Payload::MemoryInfo(_)
        | Payload::AddrmanInfo(_)
        | Payload::ChainTxStats(_)
        | Payload::NetworkInfo(_)
        | Payload::BlockchainInfo(_)
        | Payload::OrphanTxs(_)
        | Payload::RawAddrman(_)
        | Payload::SmartFees(_)
        | Payload::ChainTips(_)
        | Payload::BanList(_)
        | Payload::MiningInfo(_)
        | Payload::IndexInfo(_)
        | Payload::DeploymentInfo(_)
        | Payload::RpcInfo(_)
        | Payload::Started(_)
        | Payload::NodeGone(_)
        | Payload::NodeBack(_)
        | Payload::LogTemplateSeen(_)
        | Payload::Heartbeat(_)
        | Payload::Tick(_)
        | Payload::LogLine(_)
        | Payload::BlockReconstruction(_)
        | Payload::ProbeConnected(_)
        | Payload::ProbePing(_)
        | Payload::ProbeAnnouncement(_)
        | Payload::ChainTipChanged(_)
        | Payload::ChainReorganized(_)
        | Payload::BlockTemplate(_)
        | Payload::IpcEcho(_)
        | Payload::ProcessSample(_)
        | Payload::ProcessMemory(_) => {}
    }
}

/// Its times are the bus's, as those of the events that it was made from.
fn map_alert(alert: &mut DetectionAlert, map: &ClockMap) {
    alert.since_ns = map.node_time_ns(alert.since_ns);
    alert.until_ns = alert.until_ns.map(|until| map.node_time_ns(until));
    if let Some(evidence) = &mut alert.evidence {
        evidence.first_bus_time_ns = map.node_time_ns(evidence.first_bus_time_ns);
        evidence.last_bus_time_ns = map.node_time_ns(evidence.last_bus_time_ns);
    }
    if let Some(Subject::Peer(peer)) = &mut alert.subject {
        peer.run = peer.run.map(|start| node_seconds(map, start));
    }
}

fn node_seconds(map: &ClockMap, real_seconds: u64) -> u64 {
    map.node_time_ns(real_seconds.saturating_mul(SECOND_NS)) / SECOND_NS
}

fn node_milliseconds(map: &ClockMap, real_ms: i64) -> i64 {
    // A node that says a time before 1970 is not believed to mean it.
    let real_ns = u64::try_from(real_ms).map_or(0, |real| real.saturating_mul(1_000_000));
    i64::try_from(map.node_time_ns(real_ns) / 1_000_000).unwrap_or(i64::MAX)
}
