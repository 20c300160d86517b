//! One line for an event, for terminals and logs.
//!
//! `12:34:56.123456 alice ping         inbound  peer=3 127.0.0.1:5000 inbound 8 B nonce=0123456789abcdef`
//!
//! The time is [`Event::time_ns`] in UTC. What stands in double quotes was
//! chosen by a peer (or another stranger) and is escaped and cut: it cannot move
//! the cursor, change colours, reorder the line or look like another field.

mod alert;
mod body;
mod chain;
mod log;
mod payload;
mod probe;
mod process;
mod rpc;
mod text;

use std::fmt;

use text::{Plain, TimeOfDay};

use crate::Event;

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", TimeOfDay(self.time_ns), Plain(&self.node))?;
        match &self.payload {
            Some(payload) => payload::write(f, payload),
            // Written by a newer version than this one.
            None => f.write_str("unknown_payload"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Body, Event, P2pMessage, Payload, Ping, Reject, Version};

    fn line(message: P2pMessage) -> String {
        let time_ns = ((12 * 60 + 34) * 60 + 56) * 1_000_000_000 + 123_456_789;
        let payload = Some(Payload::P2pMessage(message));
        Event {
            node: "alice".into(),
            time_ns,
            payload,
            ..Event::default()
        }
        .to_string()
    }

    fn message(command: &str, body: Body) -> P2pMessage {
        P2pMessage {
            peer_id: 3,
            address: "127.0.0.1:5000".into(),
            connection_type: 1,
            direction: 1,
            command: command.into(),
            payload_bytes: 8,
            body: Some(body),
            ..P2pMessage::default()
        }
    }

    #[test]
    fn a_message_is_one_readable_line() {
        let ping = Body::Ping(Ping {
            nonce: Some(0x0123_4567_89ab_cdef),
        });
        assert_eq!(
            line(message("ping", ping)),
            "12:34:56.123456 alice ping         inbound  peer=3 127.0.0.1:5000 inbound 8 B \
             nonce=0123456789abcdef"
        );
    }

    #[test]
    fn a_stranger_cannot_act_on_the_terminal() {
        let hostile = "\u{1b}[2J\r\n\u{202e}\u{9b}31m\" peer=4 \u{5d0}\0";
        let reject = Reject {
            rejected_command: hostile.into(),
            reason: hostile.into(),
            ..Reject::default()
        };
        let version = Version {
            user_agent: Some(hostile.repeat(1000)),
            ..Version::default()
        };
        for body in [Body::Reject(reject), Body::Version(version.into())] {
            let mut message = message(hostile, body);
            message.address = hostile.into();
            let line = line(message);
            assert!(
                line.chars()
                    .all(|c| c == ' ' || c.is_ascii_graphic() || c == '…'),
                "{line}"
            );
            assert!(line.len() < 1000, "{line}");
            assert!(
                line.contains(r#"\u{1b}[2J\r\n\u{202e}\u{9b}31m\" peer=4 \u{5d0}\0"#),
                "{line}"
            );
            assert_eq!(line.matches(" peer=3 ").count(), 1, "{line}");
        }
    }

    #[test]
    fn an_address_is_shown_whole_or_marked_as_cut() {
        let onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333";
        let ping = message("ping", Body::Ping(Ping { nonce: None }));
        for (address, address_cut, shown) in [
            (onion, false, onion.to_owned()),
            ("node.exam", true, "node.exam…".to_owned()),
            ("", false, "-".to_owned()),
        ] {
            let address = address.to_owned();
            let line = line(P2pMessage {
                address,
                address_cut,
                ..ping.clone()
            });
            assert!(
                line.contains(&format!(" peer=3 {shown} inbound 8 B ")),
                "{line}"
            );
        }
    }

    /// A command that is named like one of our own events is told from it.
    #[test]
    fn a_command_cannot_pass_for_an_event() {
        let unknown = Body::Unknown(crate::Unknown::default());
        assert!(line(message("node_gone", unknown)).contains(" \"node_gone\"  inbound "));
    }
}
