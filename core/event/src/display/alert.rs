//! Alerts.

use std::fmt::{self, Formatter};

use super::text::{Plain, Quoted, TimeOfDay};
use crate::DetectionAlert;
use crate::detection_alert::Subject;

pub(super) fn write(f: &mut Formatter<'_>, alert: &DetectionAlert) -> fmt::Result {
    let (state, severity) = (alert.state().word(), alert.severity().word());
    write!(f, " {state} {severity} {}", Plain(&alert.rule))?;
    match &alert.subject {
        Some(Subject::Peer(peer)) => {
            write!(f, " peer={} {}", peer.peer_id, Plain(&peer.address))?;
        }
        Some(Subject::Subnet(subnet)) => write!(f, " subnet={}", Plain(subnet))?,
        Some(Subject::AutonomousSystem(number)) => write!(f, " as={number}")?,
        // The line names it already.
        Some(Subject::Node(_)) | None => {}
    }
    if alert.grouped > 1 {
        write!(f, " grouped={}", alert.grouped)?;
    }
    let since = TimeOfDay(alert.since_ns);
    write!(f, " since={since} {}", Quoted(&alert.summary))
}
