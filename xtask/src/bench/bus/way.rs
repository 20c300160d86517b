//! The ways from publisher to subscriber that are measured.

use serde::{Deserialize, Serialize};

/// A way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Way {
    pub(super) road: Road,
    /// Each event is published on its own, not with those that came along with it.
    pub(super) one_by_one: bool,
}

/// What lies between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Road {
    /// Our bus, with so many subscribers.
    InProcess(usize),
    /// Our links and a server.
    Nats,
    /// The client library and a server.
    NatsLibrary,
    /// Our links and a server that stores the events.
    JetStream,
    /// The client library and a server that stores the events.
    JetStreamLibrary,
}

impl Way {
    /// All ways; the library's last among those that compare with it.
    pub(super) const ALL: [Way; 10] = [
        Way::together(Road::InProcess(1)),
        Way::one_by_one(Road::InProcess(1)),
        Way::together(Road::InProcess(4)),
        Way::one_by_one(Road::InProcess(4)),
        Way::together(Road::Nats),
        Way::one_by_one(Road::Nats),
        Way::one_by_one(Road::NatsLibrary),
        Way::together(Road::JetStream),
        Way::one_by_one(Road::JetStream),
        Way::one_by_one(Road::JetStreamLibrary),
    ];

    const fn together(road: Road) -> Way {
        Way {
            road,
            one_by_one: false,
        }
    }

    const fn one_by_one(road: Road) -> Way {
        Way {
            road,
            one_by_one: true,
        }
    }

    pub(super) fn is_in_process(self) -> bool {
        matches!(self.road, Road::InProcess(_))
    }

    /// Does the server store the events?
    pub(super) fn is_stored(self) -> bool {
        matches!(self.road, Road::JetStream | Road::JetStreamLibrary)
    }

    /// The way of the client library alone that this one compares with.
    pub(super) fn library(self) -> Option<Way> {
        match self.road {
            Road::Nats => Some(Way::one_by_one(Road::NatsLibrary)),
            Road::JetStream => Some(Way::one_by_one(Road::JetStreamLibrary)),
            _ => None,
        }
    }

    /// Events of a measurement at full speed: it takes some seconds.
    pub(super) fn events(self) -> u64 {
        match self.road {
            Road::InProcess(_) => 10_000_000,
            Road::Nats | Road::NatsLibrary => 1_500_000,
            Road::JetStream | Road::JetStreamLibrary => 400_000,
        }
    }

    pub(super) fn name(self) -> String {
        let road = match self.road {
            Road::InProcess(1) => "in process, 1 subscriber",
            Road::InProcess(_) => "in process, 4 subscribers",
            Road::Nats => "NATS",
            Road::NatsLibrary => return "NATS, the client library alone".to_owned(),
            Road::JetStream => "JetStream",
            Road::JetStreamLibrary => return "JetStream, the client library alone".to_owned(),
        };
        match self.one_by_one {
            true => format!("{road}, one by one"),
            false => road.to_owned(),
        }
    }
}
