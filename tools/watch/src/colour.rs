//! Colours: few, of the terminal's own palette, and never needed to understand a line.

use peer_observer_event::{
    AlertSeverity, AlertState, Body, CutReason, Direction, Event, LogLevel, P2pMessage, Payload,
};

/// An ANSI "select graphic rendition" sequence.
pub(crate) type Colour = &'static str;

pub(crate) const RESET: Colour = "\x1b[0m";
pub(crate) const FAINT: Colour = "\x1b[2m";
pub(crate) const RED: Colour = "\x1b[31m";
const GREEN: Colour = "\x1b[32m";
pub(crate) const YELLOW: Colour = "\x1b[33m";
const BLUE: Colour = "\x1b[34m";
const MAGENTA: Colour = "\x1b[35m";
const CYAN: Colour = "\x1b[36m";

/// How much of a line has a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// Everything behind the time and the node: it should be noticed, or overlooked.
    Line(Colour),
    /// The first word, which says what it is.
    Word(Colour),
    /// Nothing.
    Plain,
}

/// The colour for an event, by how bad it is and else by what it is.
pub(crate) fn paint(event: &Event) -> Paint {
    let Some(payload) = &event.payload else {
        return Paint::Line(YELLOW);
    };
    match payload {
        Payload::P2pMessage(message) => paint_message(message),
        Payload::ConnectionMisbehaving(_) | Payload::NodeGone(_) | Payload::Gap(_) => {
            Paint::Line(RED)
        }
        Payload::ConnectionEvicted(_) | Payload::MempoolRejected(_) => Paint::Line(YELLOW),
        Payload::ConnectionOpened(_) | Payload::ConnectionClosed(_) => Paint::Word(GREEN),
        Payload::MempoolAdded(_)
        | Payload::MempoolRemoved(_)
        | Payload::MempoolReplaced(_)
        | Payload::BlockConnected(_) => Paint::Word(MAGENTA),
        Payload::Started(_) | Payload::NodeBack(_) => Paint::Word(GREEN),
        Payload::LogLine(line) => match line.level() {
            LogLevel::Error => Paint::Line(RED),
            LogLevel::Warning => Paint::Line(YELLOW),
            _ => Paint::Plain,
        },
        Payload::ChainReorganized(_) => Paint::Line(YELLOW),
        Payload::Alert(alert) => match (alert.state(), alert.severity()) {
            (AlertState::Resolved, _) => Paint::Word(GREEN),
            (_, AlertSeverity::Critical | AlertSeverity::Warning) => Paint::Line(RED),
            _ => Paint::Line(YELLOW),
        },
        Payload::ChainTipChanged(_) => Paint::Word(MAGENTA),
        Payload::ProbeConnected(_) | Payload::ProbeDisconnected(_) => Paint::Word(GREEN),
        Payload::Heartbeat(_) | Payload::Tick(_) => Paint::Line(FAINT),
        // Replies, samples and coins: many, and none of them news by itself.
        _ => Paint::Plain,
    }
}

fn paint_message(message: &P2pMessage) -> Paint {
    match &message.body {
        Some(Body::Undecodable(_)) => return Paint::Line(RED),
        Some(Body::Unknown(_)) => return Paint::Line(YELLOW),
        _ => {}
    }
    // What the settings leave out is no surprise; all else that was cut is a loss.
    let lost = message
        .cut
        .as_ref()
        .is_some_and(|cut| cut.reason() != CutReason::Setting);
    if lost || message.command_word() == "other" {
        return Paint::Line(YELLOW);
    }
    match message.direction() {
        Direction::Inbound => Paint::Word(CYAN),
        Direction::Outbound => Paint::Word(BLUE),
        Direction::Unspecified => Paint::Plain,
    }
}
