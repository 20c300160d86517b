//! What extractors say of themselves.

use peer_observer_event::{Event, LogTemplateSeen, Payload};

use super::Tables;
use super::json::{json_list, json_map};
use crate::ExportError;
use crate::column::{Count, Maybe, Text, Time, Unsigned, Word};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// Notices.
    Notices, NoticeRow {
        /// `started`, `node_gone`, `node_back`, `gap`, `log_template_seen`.
        event: Word,
        /// For people. Of `gap`: where; for tracepoints their name.
        detail: Maybe<Text>,
        /// Of `started`: peer-observer's version.
        version: Maybe<Text>,
        /// Of `started`: size of the buffer between kernel and extractor.
        ring_bytes: Maybe<Count>,
        /// Of `node_gone` and `node_back`: the process.
        pid: Maybe<Count>,
        /// Of `gap`: `ring_full`, `read_fault`, `not_attached`, `record`, `file_replaced`.
        reason: Maybe<Word>,
        /// Of `gap`: how many events are missing; NULL when nobody can know.
        count: Maybe<Count>,
        /// Of `gap`: nothing is missing before.
        first_time: Time,
        /// Of `gap`: nothing is missing after.
        last_time: Time,
        /// Of `log_template_seen`: as in `log`.
        template_id: Maybe<Unsigned>,
        /// Of `log_template_seen`: `catalogue`, `mined`.
        template_origin: Maybe<Word>,
        /// Of `log_template_seen`: the text with `<*>` for each variable part.
        template: Maybe<Text>,
        /// Of `log_template_seen`: the category of its lines.
        category: Maybe<Text>,
        /// Of `log_template_seen`: where Core's source has it, a list in JSON.
        locations: Maybe<Text>,
        /// Of `started`: what the node's operator says of it, an object in JSON.
        labels: Maybe<Text>,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    payload: &Payload,
) -> Result<(), ExportError> {
    let row = match payload {
        Payload::Started(started) => {
            let labels = json_map(&started.labels);
            let row = NoticeRow {
                event: "started",
                detail: Some(&started.detail),
                version: Some(&started.version),
                ring_bytes: started.ring_bytes,
                labels: labels.as_deref(),
                ..NoticeRow::default()
            };
            return tables.notice.push(output, event, row);
        }
        Payload::NodeGone(gone) => NoticeRow {
            event: "node_gone",
            detail: Some(&gone.detail),
            pid: gone.pid.map(u64::from),
            ..NoticeRow::default()
        },
        Payload::NodeBack(back) => NoticeRow {
            event: "node_back",
            detail: Some(&back.detail),
            pid: back.pid.map(u64::from),
            ..NoticeRow::default()
        },
        Payload::Gap(gap) => NoticeRow {
            event: "gap",
            detail: Some(&gap.detail),
            reason: Some(gap.reason().word()),
            count: gap.count,
            first_time: gap.first_time_ns,
            last_time: gap.last_time_ns,
            ..NoticeRow::default()
        },
        Payload::LogTemplateSeen(seen) => return push_template(tables, output, event, seen),
        _ => return Ok(()),
    };
    tables.notice.push(output, event, row)
}

fn push_template(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    seen: &LogTemplateSeen,
) -> Result<(), ExportError> {
    let locations = json_list(&seen.locations);
    let row = NoticeRow {
        event: "log_template_seen",
        template_id: Some(seen.template_id),
        template_origin: Some(seen.origin().word()),
        template: Some(&seen.template),
        category: Some(&seen.category),
        locations: locations.as_deref(),
        ..NoticeRow::default()
    };
    tables.notice.push(output, event, row)
}
